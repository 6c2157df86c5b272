/// @file
/// Small dense linear programs over a box: x_j in [−1, 1], rows lower ≤ a_k x ≤ upper, solved in a
/// tableau by bounded dual simplex (feasibility, from any basis) and bounded primal simplex (from a
/// feasible one). A tableau is changed in place (columns fixed, rows tilted and dropped) and can be
/// copied, so that a branch-and-bound node starts where its parent ended. Nothing is proved here:
/// what comes out are multipliers, and whoever uses them evaluates them with a bound on the
/// rounding.
///
/// Methods: dual simplex with bound flips (Fourer 1994; Koberstein 2005, §3.2) under made-up costs,
/// the same in every run, so that ties do not make it cycle; primal simplex with the steepest of
/// the columns as they stand (Goldfarb and Reid 1977, weights computed afresh). Both stop after a
/// number of pivots: their multipliers are of use even then.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// On the boundary of the widest SIMD registers, as whole registers are read and written.
template <typename T>
using AlignedVector = std::vector<T, Eigen::aligned_allocator<T>>;

class DenseSimplex {
  public:
    /// Where a function is in the basis: nonbasic ones are at a bound.
    enum class Place : std::uint8_t { Basic, AtLower, AtUpper };
    enum class Outcome { Feasible, Infeasible, Stopped };
    /// A linear function of x: column j is function j, row k is function columns + k.
    using Function = Index;
    using Terms = std::vector<std::pair<Function, double>>;

    /// No rows, but room for `max_rows`; all columns at their lower bound.
    void start(Index columns, Index max_rows);
    /// `coefficients`: one for each column. One of the bounds may be infinite.
    Function add_row(const std::vector<double>& coefficients, double lower, double upper);
    /// Sets the basis, as far as pivots are large enough: `places` by function.
    void load_basis(const std::vector<Place>& places);

    /// Dual simplex. Infeasible: the multipliers are Farkas' proof.
    Outcome find_feasible();
    /// Primal simplex from a feasible basis towards the largest Σ terms; stops early where that
    /// exceeds `enough`.
    void maximise(const Terms& objective, double enough);

    /// row += factor · column, with new bounds. False, and nothing changed, where the basis would
    /// become singular. Values are right again after find_feasible.
    bool tilt_row(Function row, Function column, double factor, double lower, double upper);
    /// From here on x_column = value. Values are right again after find_feasible.
    void fix_column(Function column, double value);
    void bound_row(Function row, double lower, double upper);
    /// Forgets a row, if it is basic: its multiplier is 0 from here on.
    void drop_row(Function row);

    double value(Function function) const;
    Place place(Function function) const;
    /// Of a row, after find_feasible (Infeasible) or maximise: > 0 uses its upper bound, < 0 its
    /// lower.
    double multiplier(Function row) const;

    /// Of the last find_feasible: between the vertex that it began with and every feasible point
    /// lie at least so many units of Σ cost |change|, over the functions that were nonbasic, with
    /// costs made up between 1 and 2 (the rise of the dual objective).
    double least_way() const { return least_way_; }

    std::uint64_t pivots = 0;  ///< done since the start.
    std::uint64_t cells = 0;   ///< of tableaus that pivots have changed, of all programs so far.

  private:
    double* column(Index c) { return &table_[static_cast<std::size_t>(c * stride_)]; }
    const double* column(Index c) const { return &table_[static_cast<std::size_t>(c * stride_)]; }
    static Index padded(Index rows) { return (rows + lanes - 1) / lanes * lanes; }
    double bound_of_column(Index column) const;
    bool is_fixed(Index column) const;
    void compute_values();
    void move_column(Index column, double by);
    void pivot(Index row, Index column);
    void remove_column(Index column);

    /// Of a function that is no longer in the tableau: a fixed column, a row dropped.
    static constexpr Index gone = std::numeric_limits<Index>::min();

    static constexpr Index lanes = 8;  ///< of the widest SIMD registers.

    Index inputs_ = 0;   ///< functions that are columns at the start.
    Index columns_ = 0;  ///< of the table.
    Index rows_ = 0;
    Index height_ = 0;  ///< rows_, padded to whole SIMD registers.
    Index stride_ = 0;
    /// Basic functions as combinations of the nonbasic ones, column by column.
    AlignedVector<double> table_;
    AlignedVector<double> offset_;     ///< and of the columns that are fixed for good.
    std::vector<double> cost_;         ///< the objective in the nonbasic functions.
    AlignedVector<double> value_;      ///< of the basic functions, by row.
    AlignedVector<double> row_lower_;  ///< their bounds.
    AlignedVector<double> row_upper_;
    std::vector<Function> basic_;     ///< by row.
    std::vector<Function> nonbasic_;  ///< by column.
    std::vector<char> at_upper_;      ///< by column.
    std::vector<Index> where_;        ///< by function: its row, −1 − column, or `gone`.
    std::vector<double> lower_;       ///< by function.
    std::vector<double> upper_;
    double least_way_ = 0.0;
    Index proof_row_ = -1;  ///< of Infeasible.
    bool proof_above_ = false;
    struct Candidate {
        double ratio;
        Index column;
    };
    std::vector<Candidate> candidates_;  ///< a heap.
    AlignedVector<double> violation_;    ///< by row.
};

}  // namespace resdyn
