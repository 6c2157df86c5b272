#include <resdyn/portrait/basins.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <resdyn/core/error.hpp>
#include <resdyn/settling/seeds.hpp>

#include "basin_band.hpp"
#include "basins_farm.hpp"
#include "cell_start.hpp"
#include "model/weights_hash.hpp"

namespace resdyn {

namespace {

// Cells are followed a band at a time: wide enough for matrix products, short enough to be stopped.
constexpr Index numbers_per_band = Index{1} << 19;
constexpr Index narrowest_band = 512;
constexpr Index widest_band = 8192;
constexpr Index widest_pair = 8;  // pairs reach up to this fraction of a side apart

void validate(const StateSpace& space, const Slice& slice, const BasinOptions& options) {
    require_bounded("basins", space.system().activation());
    require("basins", options.width >= 2 && options.width <= 4096,
            "2 to 4096 cells along the first axis", fmt::format("{}", options.width));
    require("basins", options.height >= 2 && options.height <= 4096,
            "2 to 4096 cells along the second axis", fmt::format("{}", options.height));
    require("basins",
            slice.origin.size() == space.dimension() && slice.coordinate == space.coordinate(),
            fmt::format("a slice of {}-space", symbol(space.coordinate())),
            symbol(slice.coordinate));
}

int special_label(SettleOutcome outcome) {
    switch (outcome) {
        case SettleOutcome::Slow:
            return SlowCell;
        case SettleOutcome::StepLimit:
            return StepLimitCell;
        case SettleOutcome::NonFinite:
            return NonFiniteCell;
        case SettleOutcome::NotFollowed:
            return NotFollowedCell;
        default:
            return UnsettledCell;
    }
}

BasinAttractor attractor_of(const SettledGroup& group) {
    const Equilibrium& e = group.equilibrium;
    return {e.pattern, false, e.proved, e.y, e.type, static_cast<Index>(group.members.size())};
}

BasinAttractor attractor_of(const ContinuumGroup& group) {
    return {group.continuum.pattern,
            true,
            false,
            group.continuum.point,
            EquilibriumType::NonHyperbolic,
            static_cast<Index>(group.members.size())};
}

/// Collects attractors over the bands, numbered as they come.
class Register {
  public:
    /// `first`: where the band's cells begin in `labels`.
    void add(const BasinBand& band, Index first, Eigen::VectorXi& labels) {
        std::vector<int> numbers;
        for (const BasinAttractor& place : band.places) {
            const auto [known, fresh] =
                numbers_.emplace(std::pair(place.is_continuum, place.pattern), attractors_.size());
            if (fresh) {
                attractors_.push_back(place);
            } else {
                attractors_[known->second].members += place.members;
            }
            numbers.push_back(static_cast<int>(known->second));
        }
        for (const int label : band.labels) {
            labels[first++] = label >= 0 ? numbers[static_cast<std::size_t>(label)] : label;
        }
    }

    /// Numbers them by pattern instead, equilibria first.
    std::vector<BasinAttractor> sorted(Eigen::VectorXi& labels) const {
        std::vector<int> renamed(attractors_.size());
        std::vector<BasinAttractor> result;
        for (const auto& [key, number] : numbers_) {
            renamed[number] = static_cast<int>(result.size());
            result.push_back(attractors_[number]);
        }
        for (int& label : labels) {
            label = label >= 0 ? renamed[static_cast<std::size_t>(label)] : label;
        }
        return result;
    }

  private:
    std::map<std::pair<bool, Pattern>, std::size_t> numbers_;
    std::vector<BasinAttractor> attractors_;
};

/// Groups of starts that came to the same place: `starts` are the cells that were followed.
template <typename Groups>
void add_places(const Groups& groups, const std::vector<Index>& starts, BasinBand& band) {
    for (const auto& group : groups) {
        for (const Index member : group.members) {
            band.labels[static_cast<std::size_t>(starts[static_cast<std::size_t>(member)])] =
                static_cast<int>(band.places.size());
        }
        band.places.push_back(attractor_of(group));
    }
}

/// All that a band's bytes depend on.
Job basins_job(const StateSpace& space, const Slice& slice, const BasinOptions& options,
               Index bands) {
    const ResidualSystem& system = space.system();
    const SettleOptions& settle = options.settle;
    Matrix window(2, 2);
    window << slice.window.lower, slice.window.upper;
    const bool of_map = settle.clock == Clock::Map;
    return {.name = "basins",
            .identity = {{"activation", std::string(to_string(system.activation()))},
                         {"bytes of a task", "basins 1"},
                         {"cells", fmt::format("{}x{}", options.width, options.height)},
                         {"clock", of_map ? fmt::format("map, h = {}", system.step()) : "flow"},
                         {"coordinates", std::string(symbol(slice.coordinate))},
                         {"exact free units", fmt::format("{}", settle.exact_free_units)},
                         {"plane", numbers_hash(slice.origin) + numbers_hash(slice.basis) +
                                       numbers_hash(window)},
                         {"proofs", fmt::format("{}{}", settle.prove_first ? "first" : "none",
                                                settle.skip_hopeless ? ", skip" : "")},
                         {"stop",
                          of_map ? fmt::format("{} layers", settle.max_layers)
                                 : fmt::format("t = {}, {} steps", settle.t_end, settle.max_steps)},
                         {"tolerances", fmt::format("{} {} {} {}", settle.rel_tol, settle.abs_tol,
                                                    settle.settle_tol, settle.slow_speed)},
                         {"weights", weights_hash(system)}},
            .tasks = bands,
            .tasks_per_round = 1};  // a band has threads of its own
}

constexpr double at_level = 1e-12;  // a share of the levels' width: a coordinate meant to be one

}  // namespace

Vector cell_start(const StateSpace& space, const Slice& slice, const Vector& q) {
    if (slice.coordinate != Coordinate::Residual) {
        return space.preactivation(q);
    }
    const Activation f = space.system().activation();
    const Levels range = levels(f);
    const double close = at_level * (range.high - range.low);
    Vector y = q;
    for (Index i = 0; i < q.size(); ++i) {
        if (slice.basis.row(i).lpNorm<Eigen::Infinity>() <= at_level) {
            y[i] = std::abs(q[i] - range.low) <= close    ? range.low
                   : std::abs(q[i] - range.high) <= close ? range.high
                                                          : q[i];
        }
    }
    return inverse(f, y);
}

std::string_view BasinAttractor::kind() const {
    return is_heteroclinic() ? "heteroclinic_cycle"
           : is_cycle()      ? "limit_cycle"
           : is_continuum    ? "continuum"
                             : "equilibrium";
}

std::string BasinAttractor::name() const {
    if (is_heteroclinic()) {
        std::string word;
        for (const Pattern& saddle : saddles) {
            word += to_string(saddle) + " -> ";
        }
        return word + to_string(saddles.front());
    }
    if (!is_cycle()) {
        return to_string(pattern);
    }
    return fmt::format("cycle {}, period {:.3g}{}", cycle, period,
                       attracts_in_cube ? "" : ", on " + to_string(pattern));
}

std::string_view to_string(BasinLabel label) {
    switch (label) {
        case SlowCell:
            return "slow";
        case UnsettledCell:
            return "unsettled";
        case StepLimitCell:
            return "step_limit";
        case NonFiniteCell:
            return "non_finite";
        case OutsideCell:
            return "out_of_range";
        case NotFollowedCell:
            return "not_followed";
    }
    return "unknown";
}

Vector BasinMap::cell_centre(Index i, Index j) const {
    const Vector part{{(static_cast<double>(i) + 0.5) / static_cast<double>(labels.rows()),
                       (static_cast<double>(j) + 0.5) / static_cast<double>(labels.cols())}};
    return slice.window.lower + part.cwiseProduct(slice.window.upper - slice.window.lower);
}

Index BasinMap::count(int label) const {
    return (labels.array() == label).count();
}

BasinMap basin_map(const StateSpace& space, const Slice& slice, const BasinOptions& options) {
    Farm threads;
    return basin_map(space, slice, options, threads);
}

BasinMap basin_map(const StateSpace& space, const Slice& slice, const BasinOptions& options,
                   Farm& farm) {
    validate(space, slice, options);
    BasinMap map;
    map.slice = slice;
    map.clock = options.settle.clock;
    map.labels.setConstant(options.width, options.height, UnsettledCell);
    const Index cells = options.width * options.height;
    const Index band =
        std::clamp(numbers_per_band / space.system().dimension(), narrowest_band, widest_band);
    const Levels range = levels(space.system().activation());
    Eigen::VectorXi labels = map.labels.reshaped();
    Register attractors;
    Settler settler(space.system(), options.settle);
    const auto followed_band = [&](Index first) {
        const Index count = std::min(band, cells - first);
        BasinBand result;
        result.labels.assign(static_cast<std::size_t>(count), OutsideCell);
        std::vector<Index> followed;
        Matrix u0(space.system().dimension(), count);
        for (Index k = 0; k < count; ++k) {
            const Index cell = first + k;
            const Vector q = slice.at(map.cell_centre(cell % options.width, cell / options.width));
            if (slice.coordinate == Coordinate::Residual &&
                (q.minCoeff() < range.low || q.maxCoeff() > range.high)) {
                continue;
            }
            u0.col(static_cast<Index>(followed.size())) = cell_start(space, slice, q);
            followed.push_back(k);
        }
        if (followed.empty()) {
            return result;
        }
        u0.conservativeResize(Eigen::NoChange, static_cast<Index>(followed.size()));
        const SettleResult settled = settler.settle(u0);
        for (std::size_t k = 0; k < followed.size(); ++k) {
            result.labels[static_cast<std::size_t>(followed[k])] =
                special_label(settled.outcomes[k]);
        }
        add_places(settled.groups, followed, result);
        add_places(settled.continua, followed, result);
        result.certified = settled.certified;
        result.by_proof = settled.by_proof;
        result.proof = settled.proof;
        return result;
    };
    FarmWork work{.threads = options.settle.threads, .stop_requested = options.stop_requested};
    work.task = [&](Index task) { return followed_band(task * band).bytes(); };
    work.fold = [&](Index task, std::string_view bytes) {
        const BasinBand part(bytes);
        attractors.add(part, task * band, labels);
        map.certified += part.certified;
        map.by_proof += part.by_proof;
        map.proof = part.proof.empty() ? map.proof : part.proof;
    };
    work.on_round = [&](const FarmProgress& progress) {
        if (options.on_progress) {
            options.on_progress(static_cast<double>(progress.done) /
                                static_cast<double>(progress.tasks));
        }
    };
    map.complete =
        farm.run(basins_job(space, slice, options, (cells + band - 1) / band), work).complete();
    map.attractors = attractors.sorted(labels);
    map.labels = labels.reshaped(options.width, options.height);
    return map;
}

BasinShares basin_shares(const ResidualSystem& system, Index samples, std::uint64_t seed,
                         const SettleOptions& options) {
    if (samples < 1) {
        reject_argument("basin shares", "samples >= 1", fmt::format("{}", samples));
    }
    BasinShares result;
    result.settled = settle(system, random_seeds(system, samples, seed), options);
    for (const SettledGroup& group : result.settled.groups) {
        result.attractors.push_back(attractor_of(group));
    }
    for (const ContinuumGroup& group : result.settled.continua) {
        result.attractors.push_back(attractor_of(group));
    }
    std::stable_sort(
        result.attractors.begin(), result.attractors.end(),
        [](const BasinAttractor& a, const BasinAttractor& b) { return a.members > b.members; });
    for (const BasinAttractor& attractor : result.attractors) {
        result.shares.push_back(proportion(attractor.members, samples));
    }
    for (const SettleOutcome outcome : settle_outcomes) {
        result.outcomes.push_back(proportion(result.settled.count(outcome), samples));
    }
    return result;
}

}  // namespace resdyn
