"""The folder that a command leaves: whose it is, who works on it, and which of its files are Brinkline's.

``manifest.json`` is the mark of such a folder. It says of what kind it is and lists the files that were written there.
Only those are ever replaced, moved or removed; whatever else lies there is somebody's and stays. The folder may come
from a stranger: names in it are plain names below it, and a link, pipe or device in it is refused.

Whoever writes holds the folder (:func:`held`): a lock file names process and host. New results in the place of older
ones are made beside them. The older ones wait in ``.old`` until the new ones can be read, and come back if they cannot
be made. A name is on the list before its file is written, and the manifest is moved last, so that whatever a kill
leaves can be put right by whoever holds the folder next.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from sim.ensemble.files import (
    MOST_TEXT,
    UNFINISHED,
    json_bytes,
    kind_of,
    make_folder,
    read_bytes,
    storing,
    sync_folder,
    write_bytes,
    write_whole,
)
from sim.ensemble.lock import LOCK, locked
from sim.errors import StorageError, UsageError
from sim.escapes import in_a_line, shortened

FORMAT = 3
NAME = "manifest.json"
OLD = ".old"
NEXT = ".next"
"""Where new tables lie until the manifest knows them."""
BLOCKS, POINTS = "blocks", "points"
"""Where finished parts lie until they are joined."""

Kind = Literal["run", "compare", "sweep", "sensitivity", "discover", "contagion", "explain", "calibrate", "score"]
NOUNS: dict[Kind, str] = {
    "run": "results folder",
    "compare": "comparison",
    "sweep": "sweep's folder",
    "sensitivity": "sensitivity study",
    "discover": "discovery's folder",
    "contagion": "study of contagion",
    "explain": "explanation",
    "calibrate": "calibration's folder",
    "score": "score",
}

PAGES = ("report.html", "figures/*")
"""What a newer study must not leave beside its numbers."""

_PART = r"[A-Za-z0-9_+=-][A-Za-z0-9._+=-]{0,199}"
_PLAIN = re.compile(rf"{_PART}(/{_PART}){{0,3}}/?")


def _plain(name: str) -> str:
    if not _PLAIN.fullmatch(name):
        raise ValueError("expected a plain name below the folder")
    return name


PlainName = Annotated[str, AfterValidator(_plain)]
"""A name below a folder: no way up, no hidden file. One that ends in ``/`` is a results folder of its own."""

_WORK = re.compile(
    rf"({BLOCKS}|{POINTS})/[0-9a-f]{{6,32}}|events\.parquet/part-\d{{9}}\.parquet|"
    rf"\{NEXT}/([a-z]+(\.[a-z]+)?|events\.parquet/part-\d{{9}}\.parquet)"
)
"""Files that come and go without being listed."""
_PLACES = ("figures", "events.parquet", BLOCKS, POINTS, NEXT, OLD)
_WORKING = (BLOCKS, POINTS, f"{NEXT}/events.parquet")
_SHOWN_FAULTS, _SHOWN_FILES = 5, 10


class Head(BaseModel):
    """What every manifest says. contents : what was written into the folder, beside the manifest."""

    model_config = ConfigDict(strict=True, extra="allow")

    format: Literal[3]
    kind: Kind
    contents: list[PlainName]


def inside(folder: Path, name: str) -> Path:
    """Return the path of a file below a folder.

    Raises
    ------
    StorageError
        If what leads to it is a link or anything else than a folder: it may lie outside.
    """
    path = folder
    for part in PurePosixPath(name).parts[:-1]:
        path = path / part
        found = kind_of(path)
        if found not in ("folder", None):
            raise StorageError(f"{path} is a {found}; expected a folder")
    return folder / name


def read_manifest(folder: Path, kind: Kind, model: type[Head] = Head) -> dict[str, Any]:
    """Return the manifest of a folder of some kind, checked against what it must hold.

    Raises
    ------
    UsageError
        If there is none, or one of another format or of something else.
    StorageError
        If it cannot be read, or holds what no manifest holds.
    """
    path, noun = folder / NAME, NOUNS[kind]
    if kind_of(path) is None:
        cut = kind_of(folder / OLD) == "folder"
        mend = f"; an interrupted replacement, which brinkline resume {folder} undoes" if cut else ""
        raise UsageError(f"{folder} is no {noun}: it has no {NAME}{mend}")
    data = read_bytes(path, most=MOST_TEXT)
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise StorageError(f"{path} could not be read: {_in_short(error)}") from None
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise UsageError(f"{folder} is no {noun}: its {NAME} is not Brinkline's")
    if manifest["format"] != FORMAT:
        raise UsageError(_other_format(path, manifest["format"]))
    other = next((name for one, name in NOUNS.items() if one != kind and one == manifest.get("kind")), None)
    if other is not None:
        raise UsageError(f"{folder} is a {other}; expected a {noun}")
    try:
        model.model_validate(manifest)
    except ValidationError as error:
        raise StorageError(f"{path} could not be read: {faults_of(error)}") from None
    return manifest


def _other_format(path: Path, found: object) -> str:
    shown = shortened(in_a_line(str(found)), 40)
    return (
        f"{path} has a format that this version does not read: found {shown}, expected {FORMAT}; "
        "the command that made it makes it anew under another --out"
    )


def faults_of(error: ValidationError) -> str:
    """Return what pydantic found wrong with a document, in a line: paths, what was found, what was expected."""
    faults = [
        f"{'.'.join(map(str, one['loc'])) or 'the document'}: found {_in_short(one['input'])}, {one['msg']}"
        for one in error.errors()
    ]
    faults = [one.replace("Value error, ", "") for one in faults]
    more = f"; and {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else ""
    return in_a_line("; ".join(shortened(one) for one in faults[:_SHOWN_FAULTS]) + more)


def _in_short(value: object) -> str:
    return shortened(in_a_line(" ".join(str(value).split())), 80)


class Folder:
    """A folder that this process holds, and writes into.

    path, kind : where it is, and of what kind. manifest : what ``manifest.json`` says, None while there is none.
    """

    def __init__(self, path: Path, kind: Kind, model: type[Head] = Head):
        self.path, self.kind, self.model = path, kind, model
        self.manifest: dict[str, Any] | None = None

    # --- what is there

    def file(self, name: str) -> Path:
        """Return the path of one of its files. Raises StorageError if it would lie outside."""
        return inside(self.path, name)

    def there(self, name: str) -> bool:
        """Return whether a plain file of that name is there, listed or not."""
        return kind_of(self.file(name)) == "file"

    @property
    def contents(self) -> list[str]:
        """The names on its list."""
        return [] if self.manifest is None else list(self.manifest["contents"])

    def is_own(self, name: str) -> bool:
        """Return whether a command wrote the file of that name, or will."""
        if name in (NAME, LOCK) or UNFINISHED.fullmatch(PurePosixPath(name).name):
            return True
        if self.manifest is None:
            return False
        listed = name in self.manifest["contents"] or name in self.manifest.get("files", {})
        return listed or bool(_WORK.fullmatch(name))

    def _files(self) -> list[str]:
        """Everything below the folder but folders, by name; links are not followed."""
        nested = {f"{OLD}/", *(name for name in self.contents if name.endswith("/"))}
        found = []
        with storing(self.path, "read"):
            for top, folders, names in os.walk(self.path, onerror=_raise):
                here = Path(top).relative_to(self.path)
                linked = [name for name in folders if (Path(top) / name).is_symlink()]
                found += [(here / name).as_posix() for name in [*names, *linked]]
                kept = [name for name in folders if name not in linked]
                folders[:] = [name for name in kept if f"{(here / name).as_posix()}/" not in nested]
        return sorted(found)

    def names(self, *patterns: str) -> list[str]:
        """Return the names of the files there that match a pattern such as ``figures/*``, whoever wrote them."""
        return [name for name in self._files() if _matches(name, patterns)]

    def others(self) -> list[str]:
        """Return the files there that no command wrote: somebody's own."""
        return [name for name in self._files() if not self.is_own(name)]

    def kept_text(self) -> str:
        """Return which files stay because no command wrote them, in words; nothing if there are none."""
        others = self.others()
        if not others:
            return ""
        more = f" and {len(others) - _SHOWN_FILES:,} more" if len(others) > _SHOWN_FILES else ""
        return f"kept in {self.path}, as Brinkline did not write them: {', '.join(others[:_SHOWN_FILES])}{more}"

    def refuse(self, why: str) -> UsageError:
        """Return the error that says why what is there is not replaced unless that is asked for."""
        return UsageError(f"{self.path} {why}; --force replaces it, --out names another folder")

    def replace(self, say: Callable[[str], None]) -> None:
        """Remove what is there, if anything is, to make room for something else, and say what stays."""
        if self.manifest is None:
            return
        self.clear()
        if kept := self.kept_text():
            say(kept)

    def take(self, made_of: dict[str, Any], *, force: bool, say: Callable[[str], None]) -> None:
        """Begin a study that is made of something, or go on with it if it is there.

        Raises
        ------
        UsageError
            If another one is there, and `force` is not set.
        """
        if self.manifest is not None and self.manifest.get("made_of") != made_of:
            if not force:
                raise self.refuse("is there already and holds something else")
            self.replace(say)
        if self.manifest is None:
            self.begin({"made_of": made_of})

    # --- writing

    def begin(self, manifest: Mapping[str, Any]) -> None:
        """Write a manifest; what is listed stays listed. Raises StorageError."""
        self._save(manifest, self.contents)

    def _save(self, manifest: Mapping[str, Any], contents: list[str]) -> None:
        told = {"format": FORMAT, "kind": self.kind, **manifest, "contents": sorted(contents)}
        write_bytes(self.file(NAME), json_bytes(told))
        self.manifest = told

    def claim(self, names: Iterable[str]) -> None:
        """List files that are about to be written.

        Raises
        ------
        UsageError
            If a file is there that is not listed: it is somebody's own.
        """
        assert self.manifest is not None
        new = [name for name in dict.fromkeys(names) if not self.is_own(name)]
        strange = next((name for name in new if kind_of(self.file(name.rstrip("/"))) is not None), None)
        if strange is not None:
            raise UsageError(
                f"{self.path / strange} is there already and is not Brinkline's; expected it to be moved away"
            )
        if new:
            self._save(self.manifest, [*self.contents, *new])

    def write(self, name: str, data: bytes | str | Callable[[BinaryIO], object]) -> Path:
        """Write a file, whole or not at all, and return its path; a text in UTF-8, or what a function writes.

        Raises
        ------
        UsageError
            As :meth:`claim`.
        StorageError
            If it cannot be written.
        """
        self.claim([name])
        return self.write_work(name, data)

    def write_all(self, files: Mapping[str, bytes | str]) -> list[Path]:
        """Write files as :meth:`write` does, all listed before the first; their paths in the same order."""
        self.claim(files)
        return [self.write_work(name, data) for name, data in files.items()]

    def write_figure(self, name: str, data: bytes) -> Path:
        """Write a picture into ``figures`` as :meth:`write` does."""
        return self.write(f"figures/{name}", data)

    def write_json(self, name: str, document: Any) -> Path:
        """Write a JSON file as :meth:`write` does."""
        return self.write(name, json_bytes(document))

    def write_work(self, name: str, data: bytes | str | Callable[[BinaryIO], object]) -> Path:
        """Write a file that is not listed: a finished part."""
        path = self.file(name)
        if path.parent != self.path:
            make_folder(path.parent)
        content = data.encode() if isinstance(data, str) else data
        write_whole(path, content if callable(content) else lambda file: file.write(content))
        return path

    # --- removing

    def remove(self, *patterns: str) -> None:
        """Remove the folder's own files that match a pattern such as ``figures/*``, and folders left empty."""
        for name in self.names(*patterns):
            if name not in (NAME, LOCK) and self.is_own(name):
                self._unlink(name)
        gone = [name for name in self.contents if _matches(name, patterns) and not name.endswith("/")]
        if gone and self.manifest is not None:
            self._save(self.manifest, [name for name in self.contents if name not in gone])

    def remove_work(self, names: Iterable[str]) -> None:
        """Remove files that are not listed: finished parts that were joined."""
        for name in names:
            self._unlink(name)

    def remove_empty(self, name: str) -> None:
        """Remove a folder of files that come and go, if nothing is in it."""
        self._tidy(name, itself=True)

    def clear(self) -> None:
        """Remove all that is the folder's own, the manifest last; what is somebody's stays."""
        for name in [name for name in self.contents if name.endswith("/")]:
            nested = self.file(f"{name}{NAME}").parent
            if kind_of(nested) == "folder":
                with held(nested, "run") as inner:
                    inner.clear()
                self._tidy(name.rstrip("/"), itself=True)
        for name in self._files():
            if name not in (NAME, LOCK) and self.is_own(name):
                self._unlink(name)
        for name in _WORKING:
            self.remove_empty(name)
        self._unlink(NAME)
        self.manifest = None

    def _unlink(self, name: str) -> None:
        path = self.file(name)
        with storing(path, "removed"):
            path.unlink(missing_ok=True)
        self._tidy(name)

    def _tidy(self, name: str, *, itself: bool = False) -> None:
        """Remove the folders that lead to a file as far as they are empty."""
        path = self.file(name)
        for folder in ([path] if itself else []) + list(path.parents):
            if folder == self.path:
                return
            with contextlib.suppress(OSError):
                folder.rmdir()

    # --- older results, aside

    @property
    def _old(self) -> Folder:
        old = Folder(self.path / OLD, self.kind, self.model)
        found = kind_of(old.path)
        if found not in ("folder", None):
            raise StorageError(f"{old.path} is a {found}; expected a folder")
        if found and kind_of(old.path / NAME):
            old.manifest = read_manifest(old.path, self.kind, self.model)
        return old

    def set_aside(self) -> None:
        """Move what is the folder's own into ``.old``; unfinished results go if others are aside already."""
        if self.manifest is None:
            return
        old = self._old
        if old.manifest is not None and self.manifest.get("state") == "playing":
            self.clear()
            return
        self.forget()
        self._move(self, old)
        self.manifest = None

    def undo(self) -> None:
        """Leave things as they were before :meth:`set_aside`."""
        if self.manifest is not None:
            self.clear()
        old = self._old
        if old.manifest is not None:
            self._move(old, self)
            self.manifest = read_manifest(self.path, self.kind, self.model)

    def forget(self) -> None:
        """Remove what is aside: newer results can be read. What is somebody's there stays."""
        old = self._old
        if old.manifest is not None:
            old.clear()
        with contextlib.suppress(OSError):
            old.path.rmdir()

    @staticmethod
    def _move(source: Folder, target: Folder) -> None:
        """Move a folder's own files to another, its manifest last."""
        names = [name for name in source._files() if name not in (NAME, LOCK) and source.is_own(name)]
        for name in [*names, NAME]:
            path = target.file(name)
            make_folder(path.parent)
            with storing(source.path / name, "moved"):
                source.file(name).replace(path)
            source._tidy(name)
        sync_folder(source.path)
        with contextlib.suppress(OSError):
            if source.path.name == OLD:
                source.path.rmdir()

    def mend(self) -> None:
        """Read the manifest, and put right what a kill left half done."""
        for name in _PLACES:
            self.file(f"{name}/it")  # or it leads elsewhere, and is refused before anything is done
        self.manifest = read_manifest(self.path, self.kind, self.model) if kind_of(self.path / NAME) else None
        old = self._old
        if kind_of(old.path):
            if old.manifest is None and self.manifest is not None:  # cut short in set_aside: the manifest is here yet
                old.manifest = self.manifest
                for name in [name for name in old._files() if old.is_own(name) and kind_of(self.file(name)) is None]:
                    make_folder(self.file(name).parent)
                    with storing(old.path / name, "moved"):
                        old.file(name).replace(self.file(name))
                    old._tidy(name)
                with contextlib.suppress(OSError):
                    old.path.rmdir()
            elif old.manifest is not None and self.manifest is None:
                self.undo()
            elif old.manifest is not None and self.manifest is not None and self.manifest.get("state") == "finished":
                self.forget()
        if self.manifest is not None or not self.others():
            for name in [name for name in self._files() if UNFINISHED.fullmatch(PurePosixPath(name).name)]:
                self._unlink(name)
            for name in _WORKING:
                self.remove_empty(name)


def _raise(error: OSError) -> None:
    raise error


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(PurePosixPath(name).match(pattern) and name.count("/") == pattern.count("/") for pattern in patterns)


@contextlib.contextmanager
def held(path: Path, kind: Kind, model: type[Head] = Head, *, existing: bool = False) -> Iterator[Folder]:
    """Hold a folder of some kind, so that no other process works on it; make it if it is not there.

    existing : whether one is expected to be there.

    Raises
    ------
    UsageError
        If it is a link, holds something else, or another process holds it.
    StorageError
        If it cannot be made or read.
    """
    noun = NOUNS[kind]
    with storing(path, "read"):
        marked = any(kind_of(path / name) for name in (NAME, OLD, LOCK))
        if existing and not marked:
            raise UsageError(f"{path} is no {noun}: it has no {NAME}")
        if not existing and path.is_symlink():
            raise UsageError(f"{path} is a link to {os.readlink(path)}; expected the folder itself as --out")
        taken = UsageError(f"{path} is there already and is no {noun}; expected another --out")
        if not marked and path.exists() and not (path.is_dir() and _is_empty(path)):
            raise taken
    with _made(path), locked(path):
        folder = Folder(path, kind, model)
        try:
            folder.mend()
        except UsageError as error:
            if existing:
                raise
            so = ", or another --out" if "expected" in str(error) else "; expected another --out"
            raise UsageError(f"{error}{so}") from None
        if folder.manifest is None and (existing or folder.others()):
            raise UsageError(f"{path} is no {noun}: it has no {NAME}") if existing else taken
        yield folder


def _is_empty(path: Path) -> bool:
    """Whether nothing is in a folder but what was never finished."""
    return all(UNFINISHED.fullmatch(one.name) for one in path.iterdir())


@contextlib.contextmanager
def _made(path: Path) -> Iterator[None]:
    """Have a folder; if it was made here and nothing is in it in the end, it goes, and so do those above it."""
    missing = [one for one in (path, *path.parents) if kind_of(one) is None]
    make_folder(path)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            for one in missing:
                one.rmdir()
