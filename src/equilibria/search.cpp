#include <resdyn/equilibria/search.hpp>

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>

namespace resdyn {

namespace {

constexpr Index columns_per_task = 32;      // starts that advance as one matrix
constexpr Index layers_per_check = 20;      // layers between two looks at the patterns
constexpr double multiplier_margin = 1e-9;  // |multiplier| < 1 − margin counts as attracting
constexpr double double_epsilon = std::numeric_limits<double>::epsilon();

void validate(const ResidualSystem& system, const Matrix& u0, const SettleOptions& options) {
    if (!is_bounded(system.activation())) {
        reject_argument("settle", "a bounded activation (logistic or tanh)",
                        to_string(system.activation()));
    }
    if (u0.rows() != system.dimension()) {
        reject_argument("settle", fmt::format("u0 with {} rows", system.dimension()),
                        fmt::format("{}", u0.rows()));
    }
    if (options.max_layers < 1) {
        reject_argument("settle", "max_layers >= 1", fmt::format("{}", options.max_layers));
    }
    if (!(options.settle_tol > 0 && options.settle_tol < 0.1)) {
        reject_argument("settle", "0 < settle_tol < 0.1", fmt::format("{}", options.settle_tol));
    }
    if (!(options.slow_speed > 0)) {
        reject_argument("settle", "slow_speed > 0", fmt::format("{}", options.slow_speed));
    }
}

/// The equilibrium of a pattern with a large free block, in double precision: LU solve, strict
/// inside and signs by a margin of rounding. Verified numerically, not proved.
std::optional<Equilibrium> numerical_equilibrium(const ResidualSystem& system,
                                                 const Pattern& pattern) {
    const std::vector<Index> free = pattern.free_units();
    const Levels range = levels(system.activation());
    Equilibrium equilibrium;
    equilibrium.pattern = pattern;
    equilibrium.y = Vector::Zero(pattern.size());
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != UnitState::Free) {
            equilibrium.y[i] = pattern[i] == UnitState::Low ? range.low : range.high;
        }
    }
    const Matrix block = system.W()(free, free);
    const Eigen::PartialPivLU<Matrix> lu(block);
    const Vector load = -(system.W() * equilibrium.y)(free);
    const Vector y_free = lu.solve(load);
    equilibrium.y(free) = y_free;
    for (const Index i : free) {
        if (!(equilibrium.y[i] > range.low && equilibrium.y[i] < range.high)) {
            return std::nullopt;
        }
    }
    const EquilibriumSpectrum spectrum = equilibrium_spectrum(system, pattern, equilibrium.y);
    equilibrium.flow_eigenvalues = spectrum.flow_eigenvalues();
    equilibrium.multipliers = spectrum.multipliers(system.step());
    const double rounding = static_cast<double>(system.dimension()) * double_epsilon *
                            (system.W().cwiseAbs() * equilibrium.y.cwiseAbs()).maxCoeff();
    equilibrium.spectrum = count_spectrum(equilibrium.flow_eigenvalues, 16 * rounding);
    equilibrium.type = equilibrium_type(equilibrium.spectrum);
    equilibrium.residual = system.residual_velocity(equilibrium.y).lpNorm<Eigen::Infinity>();
    return equilibrium;
}

/// Given stability in the flow, decided before: a positive real multiplier, e^{hλ} with λ < 0 or
/// 1 + hμ with μ < 0, is then below 1, even where it rounds to 1. The others (1 + hμ negative or
/// complex) are judged as computed, by a margin.
bool attracts_in_map(const Equilibrium& equilibrium) {
    return std::all_of(equilibrium.multipliers.begin(), equilibrium.multipliers.end(),
                       [](Complex m) {
                           return std::abs(m) < 1 - multiplier_margin ||
                                  (m.imag() == 0 && m.real() > 0 && m.real() <= 1);
                       });
}

/// The isolated equilibrium of `pattern` if there is one and it attracts.
std::optional<Equilibrium> attractor(const FaceSolver& solver, const Pattern& pattern, bool in_map,
                                     Index exact_free_units) {
    std::optional<Equilibrium> found;
    if (static_cast<Index>(pattern.free_units().size()) <= exact_free_units) {
        FaceDecision decision = solver.decide(pattern);
        if (auto* equilibrium = std::get_if<Equilibrium>(&decision)) {
            found = std::move(*equilibrium);
        }
    } else {
        found = numerical_equilibrium(solver.system(), pattern);
    }
    if (found && !(found->spectrum.is_stable() && (!in_map || attracts_in_map(*found)))) {
        found.reset();
    }
    return found;
}

/// Attractors of the layer map by pattern, shared by all tasks. What a pattern holds depends on the
/// pattern only, so the order in which tasks ask does not matter.
class KnownPatterns {
  public:
    KnownPatterns(const ResidualSystem& system, Index exact_free_units)
        : solver_(system), exact_free_units_(exact_free_units) {}

    std::optional<Equilibrium> find(const Pattern& pattern) {
        {
            const std::lock_guard lock(mutex_);
            if (const auto known = known_.find(pattern); known != known_.end()) {
                return known->second;
            }
        }
        auto found = attractor(solver_, pattern, true, exact_free_units_);
        const std::lock_guard lock(mutex_);
        return known_.emplace(pattern, std::move(found)).first->second;
    }

  private:
    FaceSolver solver_;
    Index exact_free_units_;
    std::mutex mutex_;
    std::map<Pattern, std::optional<Equilibrium>> known_;
};

/// A cheap look before the exact one: do the signs of Wy hold the saturated units where they are,
/// and do the free units rest?
bool looks_at_rest(const Pattern& pattern, const Vector& Wy, double tolerance) {
    for (Index i = 0; i < pattern.size(); ++i) {
        const bool holds = pattern[i] == UnitState::Low    ? Wy[i] < 0
                           : pattern[i] == UnitState::High ? Wy[i] > 0
                                                           : std::abs(Wy[i]) < tolerance;
        if (!holds) {
            return false;
        }
    }
    return true;
}

/// Free units count as resting when their pre-activation moves less than this a unit time: a loose
/// gate before the distance to the verified equilibrium is asked.
double rest_rate_of(const SettleOptions& options) {
    return 1e3 * options.settle_tol;
}

/// For every column of y, whether the box between y and the vertex next to it is proved to be drawn
/// to that vertex (see the header). W_abs: |W| entrywise.
std::vector<bool> in_certified_box(const ResidualSystem& system, const Matrix& W_abs,
                                   const Matrix& y) {
    const Levels range = levels(system.activation());
    const double middle = 0.5 * (range.low + range.high);
    const Matrix s = (y.array() > middle)
                         .select(Matrix::Constant(y.rows(), y.cols(), range.high),
                                 Matrix::Constant(y.rows(), y.cols(), range.low));
    const Matrix toward =
        (y.array() > middle)
            .select(Matrix::Ones(y.rows(), y.cols()), -Matrix::Ones(y.rows(), y.cols()));
    const Matrix margin = (system.W() * s).cwiseProduct(toward) - W_abs * (y - s).cwiseAbs();
    // Each entry comes from two sums of N products and a rounded W: a bound with room to spare.
    const double rounding = 8.0 * static_cast<double>(system.dimension()) * double_epsilon *
                            W_abs.rowwise().sum().maxCoeff();
    std::vector<bool> certified;
    for (Index k = 0; k < y.cols(); ++k) {
        certified.push_back(margin.col(k).minCoeff() > rounding);
    }
    return certified;
}

struct ColumnEnd {
    bool certified = false;
    SettleOutcome outcome = SettleOutcome::Unsettled;
    Index layers = 0;
    double speed = 0.0;
    std::optional<Equilibrium> equilibrium;
};

/// Runs a few columns to their ends. Columns that have settled leave the matrix.
void run_columns(const ResidualSystem& system, Matrix u, std::vector<Index> columns,
                 const SettleOptions& options, KnownPatterns& known, std::vector<ColumnEnd>& ends) {
    const double rest_rate = rest_rate_of(options);
    const auto f = system.activation();
    const double half_width = 0.5 * (levels(f).high - levels(f).low);
    const Matrix W_abs = system.W().cwiseAbs();
    for (Index layer = 0; !columns.empty();) {
        const Index stop = std::min(options.max_layers, layer + layers_per_check);
        Matrix y = activate(f, u);
        Matrix previous;
        for (; layer < stop; ++layer) {
            u.noalias() += system.step() * (system.W() * y);
            previous = std::move(y);
            y = activate(f, u);
        }
        const Matrix Wy = system.W() * y;
        const std::vector<bool> certified = in_certified_box(system, W_abs, y);
        std::vector<Index> going;
        for (Index k = 0; k < static_cast<Index>(columns.size()); ++k) {
            const Index column = columns[static_cast<std::size_t>(k)];
            ColumnEnd& end = ends[static_cast<std::size_t>(column)];
            end.layers = layer;
            end.speed = (y.col(k) - previous.col(k)).lpNorm<Eigen::Infinity>();
            if (!u.col(k).allFinite()) {
                end.outcome = SettleOutcome::NonFinite;
                continue;
            }
            if (certified[static_cast<std::size_t>(k)]) {
                end.equilibrium = known.find(pattern_of(y.col(k), f, half_width));
            } else {
                const Pattern pattern = pattern_of(y.col(k), f, options.settle_tol);
                if (looks_at_rest(pattern, Wy.col(k), rest_rate)) {
                    end.equilibrium = known.find(pattern);
                    if (end.equilibrium &&
                        (y.col(k) - end.equilibrium->y).lpNorm<Eigen::Infinity>() >
                            options.settle_tol) {
                        end.equilibrium.reset();
                    }
                }
            }
            if (end.equilibrium) {
                end.outcome = SettleOutcome::Settled;
                end.certified = certified[static_cast<std::size_t>(k)];
                continue;
            }
            if (layer >= options.max_layers) {
                end.outcome = end.speed <= options.slow_speed ? SettleOutcome::Slow
                                                              : SettleOutcome::Unsettled;
                continue;
            }
            going.push_back(k);
        }
        u = Matrix(u(Eigen::all, going));
        std::vector<Index> left;
        left.reserve(going.size());
        for (const Index k : going) {
            left.push_back(columns[static_cast<std::size_t>(k)]);
        }
        columns = std::move(left);
    }
}

}  // namespace

std::string_view to_string(SettleOutcome outcome) {
    switch (outcome) {
        case SettleOutcome::Settled:
            return "settled";
        case SettleOutcome::Slow:
            return "slow";
        case SettleOutcome::Unsettled:
            return "unsettled";
        case SettleOutcome::NonFinite:
            return "non_finite";
    }
    return "unknown";
}

Index SettleResult::count(SettleOutcome outcome) const {
    return std::count(outcomes.begin(), outcomes.end(), outcome);
}

SettleResult settle(const ResidualSystem& system, const Matrix& u0, const SettleOptions& options) {
    validate(system, u0, options);
    const Index starts = u0.cols();
    KnownPatterns known(system, options.exact_free_units);
    std::vector<ColumnEnd> ends(static_cast<std::size_t>(starts));
    const Index tasks = (starts + columns_per_task - 1) / columns_per_task;
    parallel_for(tasks, options.threads, [&](Index task) {
        const Index first = task * columns_per_task;
        const Index count = std::min(columns_per_task, starts - first);
        std::vector<Index> columns;
        for (Index k = 0; k < count; ++k) {
            columns.push_back(first + k);
        }
        run_columns(system, u0.middleCols(first, count), std::move(columns), options, known, ends);
    });

    SettleResult result;
    result.final_speed.resize(starts);
    std::map<Pattern, SettledGroup> groups;
    for (Index k = 0; k < starts; ++k) {
        ColumnEnd& end = ends[static_cast<std::size_t>(k)];
        result.outcomes.push_back(end.outcome);
        result.layers.push_back(end.layers);
        result.final_speed[k] = end.speed;
        result.certified += end.certified ? 1 : 0;
        if (end.equilibrium) {
            SettledGroup& group = groups[end.equilibrium->pattern];
            if (group.members.empty()) {
                group.equilibrium = std::move(*end.equilibrium);
            }
            group.members.push_back(k);
        }
    }
    for (auto& [pattern, group] : groups) {
        result.groups.push_back(std::move(group));
    }
    std::stable_sort(result.groups.begin(), result.groups.end(),
                     [](const SettledGroup& a, const SettledGroup& b) {
                         return a.members.size() > b.members.size();
                     });
    return result;
}

std::optional<Equilibrium> resting_place(const ResidualSystem& system, const Vector& y, bool in_map,
                                         const SettleOptions& options) {
    const Pattern pattern = pattern_of(y, system.activation(), options.settle_tol);
    if (!looks_at_rest(pattern, system.W() * y, rest_rate_of(options))) {
        return std::nullopt;
    }
    auto found = attractor(FaceSolver(system), pattern, in_map, options.exact_free_units);
    if (found && (y - found->y).lpNorm<Eigen::Infinity>() > options.settle_tol) {
        found.reset();
    }
    return found;
}

}  // namespace resdyn
