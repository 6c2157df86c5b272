#include <resdyn/equilibria/attracting_face.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "attracting_point.hpp"
#include "exact_weights.hpp"
#include "face_system.hpp"
#include "free_eigenvalues.hpp"
#include "numerics/exact_half_spaces.hpp"
#include "numerics/exact_rational.hpp"
#include "numerics/system_solutions.hpp"

namespace resdyn {

using exact::Integer;

namespace {

bool has_unstable_unit(const ExactPoint& point, const Pattern& pattern) {
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != UnitState::Free &&
            point.rates[static_cast<std::size_t>(i)].sign() * asked_sign(pattern[i]) < 0) {
            return true;
        }
    }
    return false;
}

/// The one solution of a face, where it is inside and no saturated unit leaves its level.
std::optional<ExactPoint> attracting_solution(const exact::BinaryMatrix& weights, WholeLevels range,
                                              const Pattern& pattern, const FaceSystem& face,
                                              const exact::Solution& solution) {
    if (!is_inside(solution, range)) {
        return std::nullopt;
    }
    ExactPoint point =
        point_on_face(weights, range, pattern, face, solution.numerators, solution.determinant);
    return has_unstable_unit(point, pattern) ? std::nullopt : std::optional(std::move(point));
}

}  // namespace

std::optional<AttractingPoint> attracting_point(const exact::BinaryMatrix& weights,
                                                WholeLevels range, const Pattern& pattern) {
    const FaceSystem face = face_system(weights, range, pattern);
    const exact::SystemSolutions solutions = exact::all_solutions(face.block, face.load);
    if (const auto* solution = std::get_if<exact::Solution>(&solutions)) {
        auto point = attracting_solution(weights, range, pattern, face, *solution);
        return point ? std::optional(AttractingPoint{std::move(*point), 0}) : std::nullopt;
    }
    const auto* space = std::get_if<exact::AffineSpace>(&solutions);
    if (space == nullptr) {
        return std::nullopt;
    }
    const auto inside = exact::point_inside(*space, range.low, range.high,
                                            half_spaces(weights, range, pattern, face.free));
    if (!inside) {
        return std::nullopt;
    }
    const exact::Solution point = over_common_denominator(*inside);
    return AttractingPoint{
        point_on_face(weights, range, pattern, face, point.numerators, point.determinant),
        static_cast<Index>(space->directions.size())};
}

/// The weights and levels as whole numbers.
struct AttractingFaceSolver::Numbers {
    exact::BinaryMatrix weights;
    WholeLevels range;
};

AttractingFaceSolver::AttractingFaceSolver(const ResidualSystem& system)
    : activation_(system.activation()),
      numbers_(std::make_shared<const Numbers>(
          Numbers{exact_weights(system), whole_levels(system.activation(), "attracting faces")})) {}

std::optional<Index> AttractingFaceSolver::dimension(const Pattern& pattern) const {
    const auto& [weights, range] = *numbers_;
    const FaceSystem face = face_system(weights, range, pattern);
    const exact::SystemSolutions solutions = exact::all_solutions(face.block, face.load);
    if (const auto* solution = std::get_if<exact::Solution>(&solutions)) {
        return attracting_solution(weights, range, pattern, face, *solution)
                   ? std::optional<Index>(0)
                   : std::nullopt;
    }
    const auto* space = std::get_if<exact::AffineSpace>(&solutions);
    return space && exact::is_point_inside(*space, range.low, range.high,
                                           half_spaces(weights, range, pattern, face.free))
               ? std::optional(static_cast<Index>(space->directions.size()))
               : std::nullopt;
}

std::optional<AttractingFace> AttractingFaceSolver::decide(const Pattern& pattern) const {
    const auto& [weights, range] = *numbers_;
    const auto found = attracting_point(weights, range, pattern);
    if (!found) {
        return std::nullopt;
    }
    const ExactPoint& point = found->point;
    AttractingFace face;
    face.pattern = pattern;
    face.dimension = found->dimension;
    face.y = point.y();
    face.transverse_exponents = Vector::Zero(pattern.size());
    face.transverse_margin = std::numeric_limits<double>::infinity();
    face.inside_margin = std::numeric_limits<double>::infinity();
    for (Index i = 0; i < pattern.size(); ++i) {
        const auto k = static_cast<std::size_t>(i);
        if (pattern[i] == UnitState::Free) {
            const Integer& value = point.numerators[k];
            const Integer room = std::min<Integer>(value - range.low * point.denominator,
                                                   range.high * point.denominator - value);
            face.inside_margin =
                std::min(face.inside_margin, exact::quotient(room, point.denominator));
            continue;
        }
        const Integer& rate = point.rates[k];
        if (rate == 0) {
            ++face.ties;
        } else {
            const double slope = gain_slope(activation_, range.of(pattern[i]));
            face.transverse_exponents[i] =
                slope * exact::nearest_quotient(rate, point.denominator, point.exponent);
        }
        face.transverse_margin =
            std::min(face.transverse_margin, std::abs(face.transverse_exponents[i]));
    }
    face.inside = exact_free_counts(point);
    face.inside_eigenvalues = free_eigenvalues(point, face.inside);
    // The block has rank |F| − dimension: that many zeros are the solution set's own.
    face.inside.neutral -= face.dimension;
    face.inside.zero -= face.dimension;
    return face;
}

}  // namespace resdyn
