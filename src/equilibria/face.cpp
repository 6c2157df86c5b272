#include <resdyn/equilibria/face.hpp>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>

#include "exact_weights.hpp"
#include "face_description.hpp"
#include "face_system.hpp"
#include "numerics/exact_rational.hpp"
#include "numerics/system_solutions.hpp"

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;

/// The weights and levels as whole numbers.
struct FaceSolver::Numbers {
    exact::BinaryMatrix weights;
    WholeLevels range;

    IntegerMatrix face_columns(const std::vector<Index>& free,
                               const std::vector<Index>& saturated) const;
};

FaceSolver::FaceSolver(const ResidualSystem& system)
    : system_(system),
      numbers_(std::make_shared<const Numbers>(
          Numbers{exact_weights(system), whole_levels(system.activation(), "equilibria")})) {}

Matrix FaceSolver::nearest_weights() const {
    if (!system_.factors()) {
        return system_.W();
    }
    const Index n = system_.dimension();
    Matrix W(n, n);
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            W(i, j) = exact::nearest_quotient(numbers_->weights.entries(i, j), 1,
                                              numbers_->weights.exponent);
        }
    }
    return W;
}

IntegerMatrix FaceSolver::Numbers::face_columns(const std::vector<Index>& free,
                                                const std::vector<Index>& saturated) const {
    const auto k = static_cast<Index>(free.size());
    const auto m = static_cast<Index>(saturated.size());
    IntegerMatrix columns(k, m + 1);
    for (Index i = 0; i < k; ++i) {
        const Index row = free[static_cast<std::size_t>(i)];
        for (Index j = 0; j < m; ++j) {
            columns(i, j) = weights.entries(row, saturated[static_cast<std::size_t>(j)]);
        }
        if (range.low + range.high != 0) {  // logistic: m/r = 1; tanh: 0
            for (Index j = 0; j < weights.entries.rows(); ++j) {
                columns(i, m) += weights.entries(row, j);
            }
        }
    }
    return columns;
}

Matrix FaceSolver::affine_solution(const std::vector<Index>& free,
                                   const std::vector<Index>& saturated) const {
    const IntegerMatrix block = free_block(numbers_->weights, free);
    const IntegerMatrix columns = numbers_->face_columns(free, saturated);
    Matrix X(columns.rows(), columns.cols());
    for (Index j = 0; j < columns.cols(); ++j) {
        std::vector<Integer> right;
        for (Index i = 0; i < columns.rows(); ++i) {
            right.emplace_back(-columns(i, j));
        }
        const auto solution = exact::solve(block, right);
        if (!solution) {
            reject_argument("affine_solution", "a free block that is not singular",
                            "a singular one");
        }
        for (Index i = 0; i < columns.rows(); ++i) {
            X(i, j) = exact::quotient(solution->numerators[static_cast<std::size_t>(i)],
                                      solution->determinant);
        }
    }
    return X;
}

Matrix FaceSolver::solvability(const std::vector<Index>& free,
                               const std::vector<Index>& saturated) const {
    const IntegerMatrix conditions = exact::solvability_conditions(
        free_block(numbers_->weights, free), numbers_->face_columns(free, saturated));
    Matrix Q = Matrix::Zero(conditions.rows(), conditions.cols());
    for (Index i = 0; i < conditions.rows(); ++i) {
        Integer largest = 0;
        for (Index j = 0; j < conditions.cols(); ++j) {
            largest = std::max<Integer>(largest, abs(conditions(i, j)));
        }
        for (Index j = 0; largest != 0 && j < conditions.cols(); ++j) {
            Q(i, j) = exact::quotient(conditions(i, j), Integer(1) << msb(largest));
        }
    }
    return Q;
}

double FaceSolver::determinant(const std::vector<Index>& free, int exponent) const {
    const auto solution = exact::solve(free_block(numbers_->weights, free),
                                       std::vector<Integer>(free.size(), Integer(0)));
    if (!solution) {
        return 0.0;
    }
    const int shift = static_cast<int>(free.size()) * (exponent - numbers_->weights.exponent);
    const double magnitude = shift >= 0
                                 ? exact::quotient(solution->determinant, Integer(1) << shift)
                                 : exact::quotient(solution->determinant << -shift, 1);
    return solution->determinant_sign > 0 ? magnitude : -magnitude;
}

bool FaceSolver::is_singular(const std::vector<Index>& free) const {
    return exact::rank(free_block(numbers_->weights, free)) < static_cast<Index>(free.size());
}

FaceDecision FaceSolver::decide(const Pattern& pattern) const {
    const FaceSystem face = face_system(numbers_->weights, numbers_->range, pattern);
    const exact::SystemSolutions solutions = exact::all_solutions(face.block, face.load);
    if (const auto* solution = std::get_if<exact::Solution>(&solutions)) {
        if (!is_inside(*solution, numbers_->range)) {
            return EmptyFace{};
        }
        return described_equilibrium(
            system_, pattern,
            point_on_face(numbers_->weights, numbers_->range, pattern, face, solution->numerators,
                          solution->determinant));
    }
    const auto* space = std::get_if<exact::AffineSpace>(&solutions);
    const auto inside = space
                            ? exact::point_inside(*space, numbers_->range.low, numbers_->range.high)
                            : std::nullopt;
    if (!inside) {
        return EmptySingularFace{};
    }
    const exact::Solution point = over_common_denominator(*inside);
    return described_continuum(system_, pattern,
                               point_on_face(numbers_->weights, numbers_->range, pattern, face,
                                             point.numerators, point.determinant),
                               static_cast<Index>(space->directions.size()));
}

std::vector<Index> FaceSolver::ties(const Pattern& pattern) const {
    std::vector<Index> tied;
    if (const auto point = exact_point(numbers_->weights, system_.activation(), pattern)) {
        for (Index i = 0; i < pattern.size(); ++i) {
            if (pattern[i] != UnitState::Free && point->rates[static_cast<std::size_t>(i)] == 0) {
                tied.push_back(i);
            }
        }
    }
    return tied;
}

}  // namespace resdyn
