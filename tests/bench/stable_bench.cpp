// Stable vertices and stable equilibria by branch and bound: growth per unit, times against their
// targets, and ratios to enumeration and to plain bound propagation in the same run.
#include <fmt/format.h>

#include <bit>
#include <chrono>
#include <cmath>
#include <ctime>

#include <resdyn/core/random.hpp>
#include <resdyn/stable/attracting_faces.hpp>
#include <resdyn/stable/stable_equilibria.hpp>
#include <resdyn/stable/stable_vertices.hpp>

#include "bench/side_by_side.hpp"

namespace {

using namespace resdyn;
using bench::Ledger;

ResidualSystem gaussian(Index n, double self, Activation f, std::uint64_t seed = 1) {
    return {Random(seed).normal_matrix(n, n, 1.0) + self * Matrix::Identity(n, n), f};
}

/// All 2^N vertices in Gray code order, one column added a step. Rounding is not controlled.
std::uint64_t enumerate(const ResidualSystem& system) {
    const Matrix& W = system.W();
    const Index n = W.rows();
    const Levels range = levels(system.activation());
    Vector y = Vector::Constant(n, range.low);
    Vector rates = W * y;
    std::uint64_t stable = 0;
    for (std::uint64_t step = 1;; ++step) {
        bool holds = true;
        for (Index i = 0; i < n && holds; ++i) {
            holds = y[i] == range.high ? rates[i] > 0 : rates[i] < 0;
        }
        stable += holds ? 1 : 0;
        if (step == std::uint64_t{1} << n) {
            return stable;
        }
        const Index flipped = std::countr_zero(step);
        const double change =
            y[flipped] == range.low ? range.high - range.low : range.low - range.high;
        y[flipped] += change;
        rates += change * W.col(flipped);
    }
}

/// The plain branch and bound of the comparison: units in order, a row at a time, no propagation of
/// rows into other units, no rows together. Rounding is not controlled.
class PlainPropagation {
  public:
    explicit PlainPropagation(const ResidualSystem& system)
        : W_(system.W()), range_(levels(system.activation())) {}

    std::uint64_t count() {
        const Index n = W_.rows();
        // With levels a < b: a row's least and largest value over the units not yet set.
        least_ = (W_ * range_.low).cwiseMin(W_ * range_.high).rowwise().sum();
        most_ = (W_ * range_.low).cwiseMax(W_ * range_.high).rowwise().sum();
        high_.assign(static_cast<std::size_t>(n), false);
        stable_ = 0;
        descend(0);
        return stable_;
    }

  private:
    void descend(Index unit) {
        const Index n = W_.rows();
        if (unit == n) {
            ++stable_;
            return;
        }
        const Vector least = least_;
        const Vector most = most_;
        for (const bool high : {false, true}) {
            high_[static_cast<std::size_t>(unit)] = high;
            const double level = high ? range_.high : range_.low;
            bool possible = true;
            for (Index i = 0; i < n; ++i) {
                const double w = W_(i, unit);
                least_[i] = least[i] + w * level - std::min(w * range_.low, w * range_.high);
                most_[i] = most[i] + w * level - std::max(w * range_.low, w * range_.high);
                if (i <= unit) {
                    possible = possible &&
                               (high_[static_cast<std::size_t>(i)] ? most_[i] > 0 : least_[i] < 0);
                }
            }
            if (possible) {
                descend(unit + 1);
            }
        }
        least_ = least;
        most_ = most;
    }

    Matrix W_;
    Levels range_;
    Vector least_;
    Vector most_;
    std::vector<bool> high_;
    std::uint64_t stable_ = 0;
};

std::string name(Index n, double self, Activation f) {
    return fmt::format("N = {}, {}{}", n, to_string(f),
                       self != 0.0 ? fmt::format(", self-inhibition {}", self) : "");
}

double seconds(const std::function<void()>& run) {
    const auto start = std::chrono::steady_clock::now();
    run();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void against_others(Ledger& ledger, Activation f) {
    const ResidualSystem small = gaussian(22, 0.0, f);
    const auto few = bench::race({{"search", [&] { stable_vertices(small, {.threads = 1}); }},
                                  {"enumeration", [&] { enumerate(small); }}},
                                 {.rounds = 3, .min_seconds = 0.05});
    ledger.figure("stable vertices, " + name(22, 0.0, f) + ": enumeration takes",
                  few[1].median / few[0].median, "x");
    const ResidualSystem large = gaussian(34, 0.0, f);
    const auto many = bench::race({{"search", [&] { stable_vertices(large, {.threads = 1}); }},
                                   {"plain", [&] { PlainPropagation(large).count(); }}},
                                  {.rounds = 3, .min_seconds = 0.05});
    ledger.figure("stable vertices, " + name(34, 0.0, f) + ": plain bound propagation takes",
                  many[1].median / many[0].median, "x");
}

/// Nodes and processor time of the faces that can attract, by rows and with linear programs.
void both_bounds(Ledger& ledger, Index n, Activation f) {
    Random random(9);
    const double scale = 1.0 / std::sqrt(static_cast<double>(n));
    const Matrix W = random.normal_matrix(n, n, scale) - 0.5 * Matrix::Identity(n, n);
    const ResidualSystem system(W, f);
    struct Cost {
        double nodes = 0.0;
        double seconds = 0.0;
    };
    const auto search = [&](NodeBound bound, const char* called) {
        const std::clock_t start = std::clock();
        const AttractingFaces found = attracting_faces(system, {.bound = bound});
        const Cost cost{static_cast<double>(found.work.nodes),
                        static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC};
        ledger.figure(
            fmt::format("faces that can attract, {}, {}: nodes", name(n, -0.5, f), called),
            cost.nodes, "");
        ledger.figure("  processor time", cost.seconds, "s");
        return cost;
    };
    const Cost rows = search(NodeBound::Rows, "rows");
    const Cost programs = search(NodeBound::LinearPrograms, "linear programs");
    ledger.figure("  rows take in nodes", rows.nodes / programs.nodes, "x");
    ledger.figure("  rows take in time", rows.seconds / programs.seconds, "x");
}

/// Mean growth of the nodes a unit, over seeds: Σ log nodes at the two sizes.
void growth(Ledger& ledger, Activation f, double self) {
    constexpr Index first = 28;
    constexpr Index last = 38;
    constexpr int seeds = 4;
    double log_ratio = 0.0;
    for (int seed = 1; seed <= seeds; ++seed) {
        const auto nodes = [&](Index n) {
            return std::log(static_cast<double>(
                stable_vertices(gaussian(n, self, f, static_cast<std::uint64_t>(seed)))
                    .work.nodes));
        };
        log_ratio += (nodes(last) - nodes(first)) / seeds;
    }
    ledger.figure(fmt::format("stable vertices, {}, {} to {} units: nodes grow a unit by",
                              name(last, self, f), first, last),
                  std::exp(log_ratio / (last - first)), "x");
}

}  // namespace

int main(int argc, char** argv) {
    Ledger ledger("stable", argc > 1 ? argv[1] : "resdyn-out/bench");
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        against_others(ledger, f);
        for (const double self : {0.0, -1.5}) {
            growth(ledger, f, self);
        }
    }
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        both_bounds(ledger, 24, f);
        both_bounds(ledger, 32, f);
    }
    for (const auto& [n, limit] : {std::pair{Index{44}, 60.0}, std::pair{Index{48}, 120.0}}) {
        for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
            for (const double self : {0.0, -1.5}) {
                const ResidualSystem system = gaussian(n, self, f);
                const CostPrediction prediction = predict_stable_vertices(system);
                StableSearch search;
                const double taken =
                    seconds([&] { search = stable_vertices(system, {.threads = 2}); });
                ledger.at_most("all stable vertices, " + name(n, self, f) + ", two threads", taken,
                               limit, "s");
                ledger.figure("  nodes needed, of those predicted",
                              static_cast<double>(search.work.nodes) / prediction.nodes, "x");
            }
        }
    }
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        for (const std::uint64_t seed : {1U, 2U, 3U}) {
            const ResidualSystem system = gaussian(20, -1.5, f, seed);
            StableSearch search;
            const double taken =
                seconds([&] { search = stable_equilibria(system, {.threads = 2}); });
            ledger.at_most(fmt::format("all stable equilibria, {}, seed {}, two threads",
                                       name(20, -1.5, f), seed),
                           taken, 60.0, "s");
            ledger.figure("  of them on faces", static_cast<double>(search.stable_faces), "");
        }
    }
    ledger.note(
        "plain enumeration and plain propagation do not control their rounding; the search does");
}
