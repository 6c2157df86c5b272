/// @file
/// Whole patterns decided in double arithmetic where proved error bounds allow: whether the face
/// has its equilibrium inside, whether every saturated unit stays at its level, and the stability
/// of the free block by discs. What stays open goes to exact arithmetic.
///
/// Bounds: with an approximate inverse R of W_FF and ρ ≥ ‖I − R W_FF‖∞ < 1/2 the solution is within
/// ‖R r‖∞ / (1 − ρ) of the computed one, r the residual (Rump, Acta Numerica 19, 2010, §10.6); the
/// model of rounding is that of rounding.hpp.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/equilibria/face.hpp>

namespace resdyn {

class LeafFilter {
  public:
    /// Of the stored weights of `solver`, rounded once where they are a product.
    LeafFilter(const ResidualSystem& system, const FaceSolver& solver);

    enum class Place {
        Excluded,  ///< proved: no equilibrium in the open face, or a saturated unit leaves its
                   ///< level.
        Inside,    ///< proved: an isolated equilibrium, all saturated eigenvalues < 0.
        Open,      ///< not decided.
    };
    /// The face's point, and how far off it may be.
    struct Point {
        Place place = Place::Open;
        std::vector<Index> free;
        Vector y;
        double y_error = 0.0;  ///< of the free components.
    };
    Point locate(const Pattern& pattern) const;

    /// Of a point that is Inside: is its free block stable? Empty where discs do not tell.
    std::optional<bool> is_stable(const Point& point) const;

  private:
    /// Bounds on the rounding of W y as computed, and on what the rounding of W itself adds.
    Vector row_errors(const Vector& y) const;

    Levels range_;
    double width_;
    Matrix W_;
};

}  // namespace resdyn
