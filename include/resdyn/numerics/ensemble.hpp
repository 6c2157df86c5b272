/// @file
/// Many trajectories of one autonomous system at once, as one matrix: of x' = f(x) with a step of
/// its own for every trajectory, or of the map x ← x + h f(x).
///
/// The right-hand side maps n×B → n×B, so every stage is one matrix product for all trajectories
/// that still run. A trajectory that ends leaves its column to the next one that waits, so that
/// the products stay wide. A column keeps its own time, step and error: it takes the steps that it
/// would take alone, up to rounding.
///
/// Deterministic: trajectories are cut into tasks, and columns into places, by B and n only, never
/// by the number of threads.
///
/// Method: the embedded Runge–Kutta pair 5(4) of Dormand and Prince (J. Comput. Appl. Math. 6,
/// 1980, 19–26), first same as last: six evaluations a step. A component's error per step is kept
/// below abs_tol + rel_tol · (|x| + |dx|), dx = step · f(x), as in integrate.hpp; the next step is
/// 0.9 · error^(−1/5) times the last, between a fifth and five times (Hairer, Nørsett, Wanner,
/// Solving Ordinary Differential Equations I (1993), eq. II.4.13). The global error is not bounded
/// by it, and explicit steps are slow on stiff fields.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include <resdyn/numerics/integrate.hpp>

namespace resdyn {

/// f of a batch, column by column. Implementations are immutable and may be called from many
/// threads at once.
class BatchField {
  public:
    using ConstBlock = Eigen::Ref<const Matrix>;
    using Block = Eigen::Ref<Matrix>;

    BatchField() = default;
    BatchField(const BatchField&) = default;
    BatchField& operator=(const BatchField&) = default;
    BatchField(BatchField&&) = default;
    BatchField& operator=(BatchField&&) = default;
    virtual ~BatchField() = default;

    /// n, the size of a state.
    virtual Index dimension() const = 0;
    /// fx ← f(x), both n×B. A column of fx depends on the same column of x only, up to rounding.
    virtual void value(const ConstBlock& x, Block fx) const = 0;
};

/// What a monitor is shown: trajectories that still run, a column each.
struct EnsembleView {
    BatchField::ConstBlock x;        ///< n×k states.
    BatchField::ConstBlock fx;       ///< n×k, f(x).
    std::span<const Index> columns;  ///< k: which column of x0 each one came from.
    std::span<const double> t;       ///< k: its time (maps: h · iterations).
};

/// Looks at running trajectories and marks those that shall end (`leave[j] = 1`, else 0 on entry).
/// Called from several threads at once, for different trajectories.
using EnsembleMonitor = std::function<void(const EnsembleView&, std::span<char> leave)>;

struct EnsembleOptions {
    double t_end = 10.0;        ///< final time, finite, >= 0; flow only.
    double rel_tol = 1e-6;      ///< relative error per step, > 0; flow only.
    double abs_tol = 1e-9;      ///< absolute error per step, in the units of x, > 0; flow only.
    Index max_steps = 1000000;  ///< a trajectory: accepted and rejected steps, or iterations; >= 1.
    double initial_step = 1e-3;  ///< first step tried, in units of t, > 0; flow only.
    double rest_tol = -1.0;      ///< stop where |f(x)|_inf <= rest_tol; negative: never.
    Index check_every = 4;       ///< steps between two looks of the monitor, >= 1.
    Index task_columns = 0;      ///< trajectories that a task takes; 0: ensemble_columns.
    int threads = 0;             ///< 0: all processors. The result does not depend on it.
};

struct EnsembleResult {
    Matrix x;                       ///< n×B: where each trajectory ended.
    std::vector<double> t;          ///< when.
    std::vector<Outcome> outcomes;  ///< why; `Stopped`: by the monitor.
    std::vector<double> residual;   ///< |f(x)|_inf there.
    std::vector<Index> steps;       ///< accepted steps, or iterations.
    std::vector<Index> rejected;    ///< steps tried and refused by the error control; maps: 0.
};

/// Trajectories of n variables that a task takes where there are so many columns: results are to
/// the last bit those of these tasks, wherever and with whatever others they are done.
Index ensemble_columns(Index n, Index columns);

/// Integrates x' = f(x) from every column of x0 (n×B, finite) at t = 0.
/// Throws std::invalid_argument if sizes or options are wrong.
EnsembleResult integrate_ensemble(const BatchField& field, const Matrix& x0,
                                  const EnsembleOptions& options = {},
                                  const EnsembleMonitor& monitor = {});

/// Iterates x ← x + step · f(x) from every column of x0, at most max_steps times (`ReachedEnd`).
/// Throws std::invalid_argument if sizes or options are wrong, or step is not > 0.
EnsembleResult iterate_ensemble(const BatchField& field, double step, const Matrix& x0,
                                const EnsembleOptions& options = {},
                                const EnsembleMonitor& monitor = {});

}  // namespace resdyn
