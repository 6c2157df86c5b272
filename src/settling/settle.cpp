#include <resdyn/settling/settle.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include <resdyn/numerics/ensemble.hpp>

#include "core/parallel.hpp"
#include "model/residual_batch.hpp"
#include "settle_in_cube.hpp"

namespace resdyn {

namespace {

constexpr Index layers_per_look = 20;
constexpr Index steps_per_look = 4;
constexpr Index sharp_up_to = 64;       // N up to which the box is tested product by product
constexpr double passage_radius = 0.1;  // how near, as a fraction of the levels' width
constexpr Index columns_per_task = 256;

/// Free units count as resting when their pre-activation moves less than this a unit time: a loose
/// gate before the distance to the verified equilibrium is asked.
double rest_rate_of(const SettleOptions& options) {
    return 1e3 * options.settle_tol;
}

/// Looks at running starts and lets go those that have arrived.
class Watch {
  public:
    Watch(const ResidualSystem& system, const SettleOptions& options, Attractors& attractors,
          Index starts)
        : system_(system),
          options_(options),
          attractors_(attractors),
          arrivals_(static_cast<std::size_t>(starts)),
          bound_(rounding_bound(system)),
          row_sum_(system.W().cwiseAbs().rowwise().sum()),
          row_norm_(system.W().rowwise().norm()),
          range_(levels(system.activation())),
          saturated_(inverse(system.activation(), range_.high - options.settle_tol)),
          rest_rate_(rest_rate_of(options)) {}

    void operator()(const EnsembleView& view, std::span<char> leave) {
        for (std::size_t j = 0; j < leave.size(); ++j) {
            const auto column = static_cast<Index>(j);
            const auto u = view.x.col(column);
            const auto Wy = view.fx.col(column);  // u' = W f(u)
            Arrival& arrival = arrivals_[static_cast<std::size_t>(view.columns[j])];
            if (signs_agree(u, Wy) && certify(u, Wy, arrival)) {
                leave[j] = 1;
            } else if (may_rest(u, Wy)) {
                leave[j] = recognise(activate(system_.activation(), Vector(u)), arrival) ? 1 : 0;
            }
        }
    }

    std::vector<Arrival> take_arrivals() { return std::move(arrivals_); }

  private:
    using Column = Eigen::Ref<const Vector>;

    /// Every unit is pushed to the level that it is nearer to.
    static bool signs_agree(const Column& u, const Column& Wy) {
        for (Index i = 0; i < u.size(); ++i) {
            if (!(u[i] * Wy[i] > 0)) {
                return false;
            }
        }
        return true;
    }

    /// Whether the box between y and the vertex s next to it is proved to be drawn to s (see the
    /// header); the signs of Wy are those of s already.
    bool certify(const Column& u, const Column& Wy, Arrival& arrival) {
        const Vector y = activate(system_.activation(), Vector(u));
        const Vector gap = (u.array() > 0).select(range_.high - y.array(), range_.low - y.array());
        if (u.size() <= sharp_up_to) {
            for (Index i = 0; i < u.size(); ++i) {
                const double toward = u[i] > 0 ? 1.0 : -1.0;
                double margin = toward * Wy[i];
                for (Index k = 0; k < u.size(); ++k) {
                    margin += std::min(0.0, toward * system_.W()(i, k) * gap[k]);
                }
                // Wy and the sum here are each off by at most the bound.
                if (!(margin > 2 * bound_[i])) {
                    return false;
                }
            }
        } else {
            const double largest = gap.lpNorm<Eigen::Infinity>();
            const double length = gap.norm();
            for (Index i = 0; i < u.size(); ++i) {
                const double move = std::min(row_sum_[i] * largest, row_norm_[i] * length);
                if (!(std::abs(Wy[i]) - move > 2 * bound_[i])) {
                    return false;
                }
            }
        }
        const double half = 0.5 * (range_.high - range_.low);
        const Attraction& place = attractors_.of(pattern_of(y, system_.activation(), half));
        if (!std::holds_alternative<Equilibrium>(place)) {
            return false;
        }
        arrival = {&place, true};
        return true;
    }

    /// looks_at_rest without an exponential: saturated as far as settle_tol goes.
    bool may_rest(const Column& u, const Column& Wy) const {
        for (Index i = 0; i < u.size(); ++i) {
            const bool holds =
                std::abs(u[i]) >= saturated_ ? u[i] * Wy[i] > 0 : std::abs(Wy[i]) < rest_rate_;
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    bool recognise(const Vector& y, Arrival& arrival) {
        const Pattern pattern = pattern_of(y, system_.activation(), options_.settle_tol);
        const Attraction& place = attractors_.of(pattern);
        double distance = std::numeric_limits<double>::infinity();
        if (const auto* equilibrium = std::get_if<Equilibrium>(&place)) {
            distance = (y - equilibrium->y).lpNorm<Eigen::Infinity>();
        } else if (const auto* continuum = std::get_if<Continuum>(&place)) {
            if (const auto point = attracting_point(system_, *continuum, y, options_.clock)) {
                distance = (y - point->y).lpNorm<Eigen::Infinity>();
            }
        }
        if (distance > options_.settle_tol) {
            return false;
        }
        arrival = {&place, false};
        return true;
    }

    const ResidualSystem& system_;
    const SettleOptions& options_;
    Attractors& attractors_;
    std::vector<Arrival> arrivals_;
    Vector bound_;
    Vector row_sum_;
    Vector row_norm_;
    Levels range_;
    double saturated_;  ///< |u| from which y is within settle_tol of a level.
    double rest_rate_;
};

SettleOutcome outcome_of(Outcome end, const Arrival& arrival, double speed,
                         const SettleOptions& options) {
    if (arrival.place != nullptr) {
        return std::holds_alternative<Equilibrium>(*arrival.place) ? SettleOutcome::Settled
                                                                   : SettleOutcome::OnContinuum;
    }
    if (end == Outcome::NonFinite) {
        return SettleOutcome::NonFinite;
    }
    if (speed <= options.slow_speed) {
        return SettleOutcome::Slow;
    }
    return end == Outcome::ReachedEnd ? SettleOutcome::Unsettled : SettleOutcome::StepLimit;
}

}  // namespace

std::string_view to_string(SettleOutcome outcome) {
    switch (outcome) {
        case SettleOutcome::Settled:
            return "settled";
        case SettleOutcome::OnContinuum:
            return "on_continuum";
        case SettleOutcome::Slow:
            return "slow";
        case SettleOutcome::Unsettled:
            return "unsettled";
        case SettleOutcome::StepLimit:
            return "step_limit";
        case SettleOutcome::NonFinite:
            return "non_finite";
        case SettleOutcome::NotFollowed:
            return "not_followed";
    }
    return "unknown";
}

Index SettleResult::count(SettleOutcome outcome) const {
    return std::count(outcomes.begin(), outcomes.end(), outcome);
}

Vector speeds(const ResidualSystem& system, const Matrix& u, const SettleOptions& options) {
    const Activation f = system.activation();
    Vector result(u.cols());
    const Index tasks = (u.cols() + columns_per_task - 1) / columns_per_task;
    parallel_for(tasks, options.threads, [&](Index task) {
        const Index first = task * columns_per_task;
        const Matrix part = u.middleCols(first, std::min(columns_per_task, u.cols() - first));
        const Matrix y = activate(f, part);
        const Matrix Wy = system.W() * y;
        const Matrix motion =
            options.clock == Clock::Flow
                ? Matrix(part.unaryExpr([f](double v) { return slope(f, v); }).cwiseProduct(Wy))
                : Matrix(activate(f, Matrix(part + system.step() * Wy)) - y);
        for (Index k = 0; k < part.cols(); ++k) {
            result[first + k] = motion.col(k).lpNorm<Eigen::Infinity>();
        }
    });
    return result;
}

FollowedStarts follow_in_cube(const ResidualSystem& system, Attractors& attractors,
                              const Matrix& u0, const SettleOptions& options, Index task_columns) {
    Watch watch(system, options, attractors, u0.cols());
    const PreactivationBatch field(system);
    const EnsembleMonitor monitor = [&watch](const EnsembleView& view, std::span<char> leave) {
        watch(view, leave);
    };
    EnsembleOptions ensemble{.t_end = options.t_end,
                             .rel_tol = options.rel_tol,
                             .abs_tol = options.abs_tol,
                             .max_steps = options.max_steps,
                             .check_every = steps_per_look,
                             .task_columns = task_columns,
                             .threads = options.threads};
    FollowedStarts followed;
    if (options.clock == Clock::Flow) {
        followed.ends = integrate_ensemble(field, u0, ensemble, monitor);
    } else {
        ensemble.max_steps = options.max_layers;
        ensemble.check_every = layers_per_look;
        followed.ends = iterate_ensemble(field, system.step(), u0, ensemble, monitor);
    }
    followed.arrivals = watch.take_arrivals();
    return followed;
}

SettleResult settled_in_cube(const ResidualSystem& system, FollowedStarts followed,
                             const SettleOptions& options) {
    EnsembleResult& ends = followed.ends;
    SettleResult result;
    result.final_speed = speeds(system, ends.x, options);
    std::map<Pattern, SettledGroup> groups;
    std::map<Pattern, ContinuumGroup> continua;
    std::vector<Index> slow;
    const auto y_at = [&](Index k) { return activate(system.activation(), Vector(ends.x.col(k))); };
    for (Index k = 0; k < ends.x.cols(); ++k) {
        const auto at = static_cast<std::size_t>(k);
        const Arrival& arrival = followed.arrivals[at];
        const SettleOutcome outcome =
            outcome_of(ends.outcomes[at], arrival, result.final_speed[k], options);
        result.outcomes.push_back(outcome);
        result.certified += arrival.certified ? 1 : 0;
        if (outcome == SettleOutcome::Settled) {
            const auto& equilibrium = std::get<Equilibrium>(*arrival.place);
            SettledGroup& group = groups[equilibrium.pattern];
            if (group.members.empty()) {
                group.equilibrium = equilibrium;
            }
            group.members.push_back(k);
        } else if (outcome == SettleOutcome::OnContinuum) {
            const auto& continuum = std::get<Continuum>(*arrival.place);
            const Vector y = y_at(k);
            ContinuumGroup& group = continua[continuum.pattern];
            if (group.members.empty()) {
                const auto point = attracting_point(system, continuum, y, options.clock);
                group.continuum = continuum;
                group.continuum.point = point->y;
                group.transverse = point->transverse;
            }
            group.spread =
                std::max(group.spread, (y - group.continuum.point).lpNorm<Eigen::Infinity>());
            group.members.push_back(k);
        } else if (outcome == SettleOutcome::Slow) {
            slow.push_back(k);
        }
    }
    std::vector<std::optional<SlowPassage>> near(slow.size());
    parallel_for(static_cast<Index>(slow.size()), options.threads, [&](Index i) {
        const auto at = static_cast<std::size_t>(i);
        near[at] = nearest_equilibrium(system, y_at(slow[at]), options.settle_tol, passage_radius);
        if (near[at]) {
            near[at]->start = slow[at];
        }
    });
    for (std::optional<SlowPassage>& passage : near) {
        if (passage) {
            result.passages.push_back(std::move(*passage));
        }
    }
    result.groups = by_size(std::move(groups));
    result.continua = by_size(std::move(continua));
    result.steps = std::move(ends.steps);
    result.t = std::move(ends.t);
    return result;
}

std::optional<Equilibrium> resting_place(const ResidualSystem& system, const Vector& y, bool in_map,
                                         const SettleOptions& options) {
    const Pattern pattern = pattern_of(y, system.activation(), options.settle_tol);
    if (!looks_at_rest(pattern, system.W() * y, rest_rate_of(options))) {
        return std::nullopt;
    }
    Attractors attractors(system, in_map ? Clock::Map : Clock::Flow, options.exact_free_units);
    const auto* found = std::get_if<Equilibrium>(&attractors.of(pattern));
    if (found == nullptr || (y - found->y).lpNorm<Eigen::Infinity>() > options.settle_tol) {
        return std::nullopt;
    }
    return *found;
}

}  // namespace resdyn
