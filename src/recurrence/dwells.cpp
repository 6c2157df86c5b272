#include <resdyn/recurrence/dwells.hpp>

#include <algorithm>

namespace resdyn {

std::vector<Dwell> dwells(const FaceFlow& flow, const Trajectory& run) {
    struct Switch {
        double t;
        std::size_t unit;
        bool high;
    };
    std::vector<Dwell> stays;
    Pattern vertex = flow.pattern();
    const auto set = [&](std::size_t k, bool high) {
        vertex.states[static_cast<std::size_t>(flow.free_units()[k])] =
            high ? UnitState::High : UnitState::Low;
    };
    for (Index k = 0; k < flow.dimension(); ++k) {
        set(static_cast<std::size_t>(k), run.x(k, 0) > 0);
    }
    double entered = -1.0;  // the first stay has no beginning
    for (Index s = 1; s < run.x.cols(); ++s) {
        const double t0 = run.t[static_cast<std::size_t>(s - 1)];
        const double t1 = run.t[static_cast<std::size_t>(s)];
        std::vector<Switch> switches;
        for (Index k = 0; k < flow.dimension(); ++k) {
            const double before = run.x(k, s - 1);
            const double after = run.x(k, s);
            if ((before > 0) != (after > 0)) {
                switches.push_back({t0 + (t1 - t0) * before / (before - after),
                                    static_cast<std::size_t>(k), after > 0});
            }
        }
        std::sort(switches.begin(), switches.end(),
                  [](const Switch& a, const Switch& b) { return a.t < b.t; });
        for (const Switch& change : switches) {
            if (entered >= 0) {
                stays.push_back({vertex, entered, change.t - entered});
            }
            set(change.unit, change.high);
            entered = change.t;
        }
    }
    return stays;
}

bool repeats(const std::vector<Dwell>& stays, std::size_t length) {
    if (length == 0 || stays.size() < 2 * length) {
        return false;
    }
    for (std::size_t k = stays.size() - length; k < stays.size(); ++k) {
        if (stays[k].vertex != stays[k - length].vertex) {
            return false;
        }
    }
    return true;
}

}  // namespace resdyn
