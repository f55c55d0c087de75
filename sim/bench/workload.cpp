// The workload of workload.yaml written by hand, as fast as plain C++ makes it: the yardstick of `brinkline bench`.
//
// No scenario language, no SimPy: the rules stand in the code. It plays exactly the events that the engines play,
// bit for bit, and keeps the whole log of all its runs in memory.
//
//     workload FIRST RUNS < salts
//
// plays the runs FIRST … FIRST+RUNS−1 and prints how many events they have, the seconds of processor time that
// playing took, and the checksum of the log. The salts are 64-bit hashes of names, as sim/chance.py makes them, in
// decimal: of the seed, the gaps, the delays, the drivers, and of each actor's rules in order (key, chance).

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <vector>

namespace {

constexpr int kActors = 6, kKinds = 8, kDrivers = 3;
constexpr std::int64_t kDay = 86'400'000, kHorizon = 90 * kDay;  // ms
constexpr double kLeast = 0.20, kGain = 0.29, kHalf = 10.0, kMost = 0.9, kCeiling = 1000.0;
constexpr double kZ90 = 1.2815515655446004;  // the standard normal's 90th percentile
const double kDecay = std::log(2.0) / (10.0 * kDay);
constexpr std::array<double, kKinds> kRaises{1, 1, 2, 2, 3, 3, 4, 4};

// Chance: SplitMix64's output function of keys and salts.

std::uint64_t mix(std::uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9u;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBu;
    return bits ^ (bits >> 31);
}

std::uint64_t numbered(std::uint64_t key, std::uint64_t number) {
    return mix(key + (number + 1) * 0x9E3779B97F4A7C15u);
}

double draw(std::uint64_t key, std::uint64_t what) {
    return (static_cast<double>(mix(key ^ what) >> 12) + 0.5) * 0x1p-52;
}

// Wichura's AS 241 (PPND16): each approximation is a ratio of two polynomials of degree 7, lowest power first.

using Polynomial = std::array<double, 8>;

constexpr Polynomial
    kA{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
       4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
    kB{1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
       2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3},
    kC{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
       1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
    kD{1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
       1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9},
    kE{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
       2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
    kF{1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
       7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15};

double at(const Polynomial& p, double x) {
    return ((((((p[7] * x + p[6]) * x + p[5]) * x + p[4]) * x + p[3]) * x + p[2]) * x + p[1]) * x + p[0];
}

double normal_quantile(double u) {
    const double q = u - 0.5;
    if (std::abs(q) <= 0.425) {
        const double x = 0.180625 - q * q;
        return q * (at(kA, x) / at(kB, x));
    }
    const double r = std::sqrt(-std::log(q < 0.0 ? u : 1.0 - u));
    const double x = r <= 5.0 ? at(kC, r - 1.6) / at(kD, r - 1.6) : at(kE, r - 5.0) / at(kF, r - 5.0);
    return q < 0.0 ? -x : x;
}

// The delay of a response, in days.

struct Delay {
    double scale;  // an exponential's mean, a lognormal's median
    double sigma;  // 0: exponential

    static Delay exponential(double hours) { return {hours / 24.0, 0.0}; }
    static Delay lognormal(double median, double p90) { return {median, std::log(p90 / median) / kZ90}; }

    double quantile(double u) const {
        return sigma == 0.0 ? -scale * std::log1p(-u) : scale * std::exp(sigma * normal_quantile(u));
    }
};

// Who does what. An event of an even kind is answered by its target, of an odd kind by the target's allies; the
// answer is of the next kind and goes to the doer.

struct Source {
    int doer, kind, target;
};

constexpr std::array<Source, kDrivers> kSources{{{0, 0, 3}, {4, 3, 1}, {2, 6, 5}}};

const std::array<Delay, kKinds> kDelays{
    Delay::exponential(12), Delay::lognormal(1, 3), Delay::exponential(24), Delay::lognormal(1, 4),
    Delay::exponential(36), Delay::lognormal(2, 5), Delay::exponential(48), Delay::lognormal(2, 6)};

bool allies(int one, int other) { return one != other && one / 3 == other / 3; }

bool answers(int actor, int doer, int kind, int target) {
    return actor != doer && (kind % 2 == 0 ? actor == target : allies(actor, target));
}

struct Salts {
    struct Rule {
        std::uint64_t key, chance;
    };

    std::uint64_t seed, gap, delay;
    std::array<std::uint64_t, kDrivers> drivers;
    std::array<std::array<Rule, kKinds>, kActors> rules;
};

// The log, and the queue of what is to come, ordered by time and then by when it was scheduled.

struct Event {
    std::int64_t time;  // ms
    std::int32_t actor, kind, target, cause;
    std::uint64_t key;
};

struct Pending {
    std::int64_t time;
    std::uint64_t key;
    std::uint32_t order;
    std::int32_t cause;  // −1: a driver's event
    std::int16_t actor, kind, target, driver;

    bool operator<(const Pending& other) const {
        return time != other.time ? time < other.time : order < other.order;
    }
};

class Heap {
  public:
    bool empty() const { return items_.empty(); }
    void clear() { items_.clear(); }

    void push(const Pending& item) {
        std::size_t hole = items_.size();
        items_.push_back(item);
        for (; hole > 0 && item < items_[(hole - 1) / 2]; hole = (hole - 1) / 2) items_[hole] = items_[(hole - 1) / 2];
        items_[hole] = item;
    }

    Pending pop() {
        const Pending first = items_.front(), last = items_.back();
        items_.pop_back();
        const std::size_t size = items_.size();
        if (size == 0) return first;
        std::size_t hole = 0;
        for (std::size_t child = 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && items_[child + 1] < items_[child]) ++child;
            if (last < items_[child]) break;
            items_[hole] = items_[child];
            hole = child;
        }
        items_[hole] = last;
        return first;
    }

  private:
    std::vector<Pending> items_;
};

class Simulation {
  public:
    Simulation(const Salts& salts, std::vector<Event>& log) : salts_(salts), log_(log) {
        for (int doer = 0; doer < kActors; ++doer)
            for (int kind = 0; kind < kKinds; ++kind)
                for (int target = 0; target < kActors; ++target)
                    for (int actor = 0; actor < kActors; ++actor)
                        if (answers(actor, doer, kind, target)) audience_[doer][kind][target].push_back(actor);
    }

    void play(std::uint64_t run) {
        const std::uint64_t run_key = numbered(salts_.seed, run);
        heap_.clear();
        order_ = 0;
        first_ = log_.size();
        tension_ = {};
        for (int driver = 0; driver < kDrivers; ++driver) {
            drivers_[driver] = {mix(run_key ^ salts_.drivers[driver]), 0, 0.0};
            schedule_driver(driver);
        }
        while (!heap_.empty()) {
            const Pending next = heap_.pop();
            happen(next);
            if (next.driver >= 0) schedule_driver(next.driver);
        }
    }

  private:
    struct Driver {
        std::uint64_t key, candidates;
        double days;
    };

    struct Tension {
        double value;
        std::int64_t touched;
    };

    void schedule_driver(int number) {
        Driver& driver = drivers_[number];
        const std::uint64_t key = numbered(driver.key, driver.candidates++);
        driver.days -= std::log1p(-draw(key, salts_.gap));
        const std::int64_t due = std::llrint(driver.days * kDay);
        const Source& source = kSources[number];
        if (due < kHorizon) push(due, key, -1, source.doer, source.kind, source.target, number);
    }

    void push(std::int64_t due, std::uint64_t key, int cause, int actor, int kind, int target, int driver) {
        const auto small = [](int number) { return static_cast<std::int16_t>(number); };
        heap_.push({due, key, order_++, cause, small(actor), small(kind), small(target), small(driver)});
    }

    double tension(int actor, int towards, std::int64_t now) const {
        const Tension& found = tension_[actor][towards];
        return found.value == 0.0 ? 0.0 : found.value * std::exp(static_cast<double>(found.touched - now) * kDecay);
    }

    void happen(const Pending& due) {
        const int doer = due.actor, kind = due.kind, target = due.target;
        const int index = static_cast<int>(log_.size() - first_);
        log_.push_back({due.time, doer, kind, target, due.cause, due.key});
        tension_[target][doer] = {std::min(tension(target, doer, due.time) + kRaises[kind], kCeiling), due.time};
        for (const int actor : audience_[doer][kind][target]) {
            const Salts::Rule& rule = salts_.rules[actor][kind];
            const double felt = tension(actor, doer, due.time);
            const double chance = std::min(kMost, kLeast + kGain * felt / (felt + kHalf));
            if (draw(due.key, rule.chance) >= chance) continue;
            const std::uint64_t key = mix(due.key ^ rule.key);
            const double delay = kDelays[kind].quantile(draw(key, salts_.delay)) * kDay;
            if (delay > kHorizon) continue;
            const std::int64_t answer = due.time + std::llrint(delay);
            if (answer < kHorizon) push(answer, key, index, actor, (kind + 1) % kKinds, doer, -1);
        }
    }

    const Salts& salts_;
    std::vector<Event>& log_;
    std::vector<int> audience_[kActors][kKinds][kActors];
    Heap heap_;
    std::uint32_t order_ = 0;
    std::size_t first_ = 0;
    std::array<Driver, kDrivers> drivers_{};
    std::array<std::array<Tension, kActors>, kActors> tension_{};
};

std::uint64_t checksum(const std::vector<Event>& log) {
    std::uint64_t sum = 0;
    for (const Event& event : log) {
        for (const std::int64_t field : {event.time, std::int64_t{event.actor}, std::int64_t{event.kind},
                                         std::int64_t{event.target}, std::int64_t{event.cause}})
            sum = mix(sum ^ static_cast<std::uint64_t>(field));
        sum = mix(sum ^ event.key);
    }
    return sum;
}

bool read(std::istream& in, Salts& salts) {
    in >> salts.seed >> salts.gap >> salts.delay;
    for (auto& driver : salts.drivers) in >> driver;
    for (auto& rules : salts.rules)
        for (auto& rule : rules) in >> rule.key >> rule.chance;
    return static_cast<bool>(in);
}

}  // namespace

int main(int count, char** words) {
    Salts salts;
    if (count != 3 || !read(std::cin, salts)) {
        std::fputs("usage: workload FIRST RUNS < salts\n", stderr);
        return 2;
    }
    const std::uint64_t first = std::strtoull(words[1], nullptr, 10), runs = std::strtoull(words[2], nullptr, 10);
    std::vector<Event> log;
    log.reserve(runs * 512);
    Simulation simulation(salts, log);
    const std::clock_t begin = std::clock();
    for (std::uint64_t run = first; run < first + runs; ++run) simulation.play(run);
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::cout << log.size() << ' ' << seconds << ' ' << checksum(log) << '\n';
}
