/// @file
/// The linear program of one node: the levels s of all units in their box, and two links between
/// each unit's level and its row. Where the unit is Low (s = −1) its row r is in [least, 0], where
/// it is High (s = 1) in [0, most], where it is Free it is 0 and s anything. The hull of the three
/// in (s, r) is given by
///     r <= most (1 + s) / 2,    r >= least (1 − s) / 2.
///
/// A node's program is posed from its parent's basis, and then follows the node as it is narrowed,
/// and to children that are only tried: units that are saturated leave the tableau, narrower ranges
/// tilt its rows. What is found at a node then depends on the node alone, and the tree neither on
/// the order of the search nor on how it is divided. (Tableaus handed to the children themselves
/// save a few pivots, and no time at 32 and 48 units.)
#pragma once

#include <cstddef>
#include <vector>

#include "dense_simplex.hpp"

namespace resdyn {

struct SearchNode;

/// r_i = constant_i + Σ_j w_ij s_j.
struct AffineRows {
    Index units = 0;
    Index stride = 0;
    const double* weights = nullptr;   ///< by column.
    const double* constant = nullptr;  ///< by row.
};

class LinkProgram {
  public:
    /// The program of `node`, from the basis that it holds.
    void pose(const AffineRows& rows, const SearchNode& node);
    /// From the program of an ancestor, or of `node` before it was narrowed, to that of `node`.
    void follow(const AffineRows& rows, const SearchNode& node);
    /// A smaller `most` (`high`) or a larger `least` of the unit. Where the basis does not take it,
    /// the range stays as it was.
    void narrow(const AffineRows& rows, Index unit, bool high, double range);
    void keep_basis(SearchNode& node) const;

    Index upper_link(Index unit) const { return units_ + unit; }
    Index lower_link(Index unit) const { return 2 * units_ + unit; }
    double most(Index unit) const { return most_[static_cast<std::size_t>(unit)]; }
    double least(Index unit) const { return least_[static_cast<std::size_t>(unit)]; }
    /// r = 0 is asked for, by the upper link: its multiplier may have any sign.
    bool is_equation(Index unit) const { return equation_[static_cast<std::size_t>(unit)] != 0; }

    DenseSimplex simplex;

  private:
    Index units_ = 0;
    std::vector<double> most_;   ///< as posed: those of the node or a little wider.
    std::vector<double> least_;  ///< likewise.
    std::vector<char> fixed_;    ///< by unit: its level has left the tableau.
    std::vector<char> equation_;
};

}  // namespace resdyn
