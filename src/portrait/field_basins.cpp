#include <resdyn/portrait/field_basins.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/numerics/periodic_orbit.hpp>

#include "distances.hpp"
#include "field_parts.hpp"

namespace resdyn {

namespace {

constexpr std::string_view basins_name = "basins";
constexpr Index most_cells = 4096;
constexpr Index numbers_at_once = Index{1} << 15;
constexpr Index fewest_cells = 64;
constexpr Index cycle_samples = 2001;  // fine enough for the fast parts of relaxation oscillations

void validate(const FieldBasinOptions& o) {
    for (const auto& [name, cells] : {std::pair("width", o.width), std::pair("height", o.height)}) {
        require(name, cells >= 2 && cells <= most_cells, "2 to 4096 cells",
                static_cast<double>(cells));
    }
    require(basins_name, o.t_end > 0 && std::isfinite(o.t_end), "t_end finite and > 0", o.t_end);
    require(basins_name, o.arrival > 0 && o.arrival < 0.1, "0 < arrival < 0.1", o.arrival);
    require(basins_name, o.slow_speed >= 0, "slow_speed >= 0", o.slow_speed);
    require(basins_name, o.escape >= 1, "escape >= 1", o.escape);
    require(basins_name, o.cycle_time >= 0 && std::isfinite(o.cycle_time),
            "cycle_time finite and >= 0", o.cycle_time);
    require(basins_name, o.cycle_tol > 0, "cycle_tol > 0", o.cycle_tol);
    require(basins_name, o.most_cycles >= 0, "most_cycles >= 0",
            static_cast<double>(o.most_cycles));
}

/// A vector field column by column.
class ColumnwiseField final : public BatchField {
  public:
    explicit ColumnwiseField(const VectorField& field) : field_(field) {}
    Index dimension() const override { return field_.dimension(); }
    void value(const ConstBlock& x, Block fx) const override {
        for (Index k = 0; k < x.cols(); ++k) {
            fx.col(k) = field_.value(x.col(k));
        }
    }

  private:
    const VectorField& field_;
};

/// Cells that came to no root and still move at the end: where they are then.
struct Movers {
    std::vector<Index> cells;
    std::vector<Vector> x;
};

class Mapping {
  public:
    Mapping(const VectorField& field, const BatchField& batch, const FieldBasinOptions& options,
            FieldBasins& map)
        : field_(field),
          batch_(batch),
          options_(options),
          map_(map),
          side_(shortest_side(map.box)),
          reach_(enlarged(map.box, options.escape)) {}

    void follow_cells() {
        const Index cells = map_.labels.size();
        const Index band = std::clamp(numbers_at_once / field_.dimension(), fewest_cells, cells);
        for (Index first = 0; first < cells; first += band) {
            if (options_.stop_requested && options_.stop_requested()) {
                map_.complete = false;
                return;
            }
            try {
                follow_band(first, std::min(band, cells - first));
            } catch (const ResourceError&) {  // of a field that an interrupt met
                if (!options_.stop_requested || !options_.stop_requested()) {
                    throw;
                }
                map_.complete = false;
                return;
            }
            if (options_.on_progress) {
                options_.on_progress(static_cast<double>(std::min(first + band, cells)) /
                                     static_cast<double>(cells));
            }
        }
    }

    void find_cycles() {
        Index runs = 0;
        for (std::size_t k = 0; k < movers_.cells.size() && runs < options_.most_cycles; ++k) {
            if (label(movers_.cells[k]) != UnsettledField) {
                continue;  // on a cycle by now
            }
            ++runs;
            const auto orbit = find_periodic_orbit(
                field_, movers_.x[k],
                {.transient = 0.5 * options_.cycle_time, .t_search = options_.cycle_time});
            if (!orbit || !orbit->converged() || orbit->stability != OrbitStability::Attracting ||
                is_known(*orbit)) {
                continue;
            }
            add_cycle(*orbit);
        }
    }

    /// Cycles by period, after the roots.
    void sort_cycles() {
        std::vector<std::size_t> order(map_.attractors.size());
        for (std::size_t k = 0; k < order.size(); ++k) {
            order[k] = k;
        }
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return map_.attractors[a].period < map_.attractors[b].period;
        });
        std::vector<FieldAttractor> sorted;
        std::vector<int> renamed(order.size());
        for (std::size_t k = 0; k < order.size(); ++k) {
            renamed[order[k]] = static_cast<int>(k);
            sorted.push_back(std::move(map_.attractors[order[k]]));
        }
        map_.attractors = std::move(sorted);
        for (int& one : map_.labels.reshaped()) {
            one = one >= 0 ? renamed[static_cast<std::size_t>(one)] : one;
        }
        for (std::size_t k = 0; k < map_.attractors.size(); ++k) {
            map_.attractors[k].members = map_.count(static_cast<int>(k));
        }
    }

  private:
    int& label(Index cell) {
        return map_.labels(cell % map_.labels.rows(), cell / map_.labels.rows());
    }

    EnsembleOptions integration(double t_end) const {
        return {.t_end = t_end,
                .rel_tol = options_.rel_tol,
                .abs_tol = options_.abs_tol,
                .max_steps = options_.max_steps,
                .threads = options_.threads};
    }

    /// The attractor at rest within `arrival` of x; −1: none.
    int arrived(const BatchField::ConstBlock& x, Index column) const {
        for (std::size_t k = 0; k < map_.attractors.size(); ++k) {
            const FieldAttractor& one = map_.attractors[k];
            if (!one.is_cycle() &&
                (x.col(column) - one.x).lpNorm<Eigen::Infinity>() <= options_.arrival * side_) {
                return static_cast<int>(k);
            }
        }
        return -1;
    }

    void follow_band(Index first, Index count) {
        Matrix x0(field_.dimension(), count);
        for (Index k = 0; k < count; ++k) {
            const Index cell = first + k;
            x0.col(k) = map_.slice.at(
                map_.cell_centre(cell % map_.labels.rows(), cell / map_.labels.rows()));
        }
        const EnsembleResult ended = integrate_ensemble(
            batch_, x0, integration(options_.t_end),
            [&](const EnsembleView& view, std::span<char> leave) {
                for (Index j = 0; j < view.x.cols(); ++j) {
                    leave[static_cast<std::size_t>(j)] =
                        arrived(view.x, j) >= 0 || !contains(reach_, view.x.col(j)) ? 1 : 0;
                }
            });
        for (Index k = 0; k < count; ++k) {
            label(first + k) = label_of(ended, k);
            if (label(first + k) == UnsettledField) {
                movers_.cells.push_back(first + k);
                movers_.x.emplace_back(ended.x.col(k));
            }
        }
    }

    int label_of(const EnsembleResult& ended, Index k) const {
        const auto at = static_cast<std::size_t>(k);
        const int attractor = arrived(ended.x, k);
        if (attractor >= 0) {
            return attractor;
        }
        switch (ended.outcomes[at]) {
            case Outcome::Stopped:
                return EscapedField;
            case Outcome::StepLimit:
            case Outcome::StepUnderflow:
                return GaveUpField;
            case Outcome::NonFinite:
                return NonFiniteField;
            case Outcome::ReachedEnd:
            case Outcome::AtRest:
                break;
        }
        return !contains(reach_, ended.x.col(k))           ? EscapedField
               : ended.residual[at] <= options_.slow_speed ? SlowField
                                                           : UnsettledField;
    }

    void add_cycle(const PeriodicOrbit& orbit) {
        FieldAttractor cycle;
        cycle.x = orbit.points.col(0);
        cycle.period = orbit.period;
        cycle.residual = orbit.residual;
        for (std::size_t k = 0; k < orbit.multipliers.size(); ++k) {
            if (k != orbit.trivial) {
                cycle.multiplier = std::max(cycle.multiplier, std::abs(orbit.multipliers[k]));
            }
        }
        cycle.orbit.resize(field_.dimension(), cycle_samples);
        cycle.orbit << orbit_samples(field_, orbit, cycle_samples - 1), orbit.points.col(0);
        // Every mover starts where it had come to, and leaves with its first step off the cycle.
        std::vector<Index> still;
        for (std::size_t k = 0; k < movers_.cells.size(); ++k) {
            if (label(movers_.cells[k]) == UnsettledField && on_cycle(cycle, movers_.x[k])) {
                still.push_back(static_cast<Index>(k));
            }
        }
        Matrix x0(field_.dimension(), static_cast<Index>(still.size()));
        for (std::size_t k = 0; k < still.size(); ++k) {
            x0.col(static_cast<Index>(k)) = movers_.x[static_cast<std::size_t>(still[k])];
        }
        EnsembleOptions once = integration(orbit.period);
        once.check_every = 1;
        const EnsembleResult ended = integrate_ensemble(
            batch_, x0, once, [&](const EnsembleView& view, std::span<char> leave) {
                for (Index j = 0; j < view.x.cols(); ++j) {
                    leave[static_cast<std::size_t>(j)] = on_cycle(cycle, view.x.col(j)) ? 0 : 1;
                }
            });
        for (std::size_t k = 0; k < still.size(); ++k) {
            if (ended.outcomes[k] == Outcome::ReachedEnd) {
                label(movers_.cells[static_cast<std::size_t>(still[k])]) =
                    static_cast<int>(map_.attractors.size());
            }
        }
        map_.attractors.push_back(std::move(cycle));
    }

    bool is_known(const PeriodicOrbit& orbit) const {
        return std::any_of(map_.attractors.begin(), map_.attractors.end(),
                           [&](const FieldAttractor& one) {
                               return one.is_cycle() && on_cycle(one, orbit.points.col(0));
                           });
    }

    bool on_cycle(const FieldAttractor& cycle, const Vector& x) const {
        return distance_near(cycle.orbit, x) <= options_.cycle_tol * side_;
    }

    const VectorField& field_;
    const BatchField& batch_;
    const FieldBasinOptions& options_;
    FieldBasins& map_;
    double side_;
    Box reach_;
    Movers movers_ = {};
};

}  // namespace

std::string_view to_string(FieldLabel label) {
    switch (label) {
        case SlowField:
            return "slow";
        case UnsettledField:
            return "unsettled";
        case GaveUpField:
            return "step_limit";
        case NonFiniteField:
            return "non_finite";
        case EscapedField:
            return "escaped";
    }
    return "unknown";
}

std::string FieldAttractor::name() const {
    return is_cycle() ? fmt::format("cycle of period {:.4g}", period)
                      : fmt::format("equilibrium {}", root);
}

Vector FieldBasins::cell_centre(Index i, Index j) const {
    const Vector part{{(static_cast<double>(i) + 0.5) / static_cast<double>(labels.rows()),
                       (static_cast<double>(j) + 0.5) / static_cast<double>(labels.cols())}};
    return slice.window.lower + part.cwiseProduct(slice.window.upper - slice.window.lower);
}

FieldBasins field_basins(const VectorField& field, const Box& box, const Slice& slice,
                         const FieldBasinOptions& options) {
    return field_basins(field, ColumnwiseField(field), box, slice, options);
}

FieldBasins field_basins(const VectorField& field, const BatchField& batch, const Box& box,
                         const Slice& slice, const FieldBasinOptions& options) {
    validate(options);
    check_box(basins_name, box, field.dimension());
    if (slice.origin.size() != field.dimension()) {
        reject_argument(basins_name, fmt::format("a plane in {} dimensions", field.dimension()),
                        fmt::format("one in {}", slice.origin.size()));
    }
    FieldBasins map;
    map.slice = slice;
    map.box = box;
    map.labels.setConstant(options.width, options.height, UnsettledField);
    RootSearchOptions roots = options.roots;
    roots.threads = options.threads;
    map.roots = find_roots(field, box, roots);
    for (std::size_t k = 0; k < map.roots.roots.size(); ++k) {
        const Root& root = map.roots.roots[k];
        if (root.spectrum.is_stable()) {
            FieldAttractor attractor;
            attractor.root = static_cast<Index>(k);
            attractor.x = root.x;
            attractor.type = root.type;
            attractor.residual = root.residual;
            map.attractors.push_back(std::move(attractor));
        }
    }
    Mapping mapping(field, batch, options, map);
    mapping.follow_cells();
    if (map.complete && options.cycle_time > 0) {
        mapping.find_cycles();
    }
    mapping.sort_cycles();
    return map;
}

}  // namespace resdyn
