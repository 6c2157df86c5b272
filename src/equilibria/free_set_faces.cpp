#include "free_set_faces.hpp"

#include <algorithm>
#include <utility>

#include "exact_weights.hpp"
#include "face_description.hpp"
#include "face_system.hpp"
#include "numerics/exact_half_spaces.hpp"
#include "point_over.hpp"

namespace resdyn {

using exact::Integer;
using exact::Rational;
using exact::Word;

namespace {

/// Entries of more bits are not worked with in words: minors of order 2 would need more than one.
constexpr unsigned word_entry_bits = 30;

std::optional<exact::NumberMatrix<Word>> small_entries(const exact::IntegerMatrix& entries) {
    exact::NumberMatrix<Word> words(entries.rows(), entries.cols());
    for (Index i = 0; i < entries.rows(); ++i) {
        for (Index j = 0; j < entries.cols(); ++j) {
            const auto word = exact::as_word(entries(i, j), word_entry_bits);
            if (!word) {
                return std::nullopt;
            }
            words(i, j) = *word;
        }
    }
    return words;
}

template <typename Number>
Rational fraction(const Number& numerator, const Number& denominator) {
    return numerator == 0 ? Rational(0)
                          : Rational(exact::as_integer(numerator), exact::as_integer(denominator));
}

/// Divides out what is common.
template <typename Number>
void to_lowest_terms(std::vector<Number>& numerators, Number& denominator) {
    Number common = denominator;
    for (const Number& value : numerators) {
        common = gcd(common, value);
    }
    if (common != 1) {
        for (Number& value : numerators) {
            value /= common;
        }
        denominator /= common;
    }
}

}  // namespace

ExactWeights::ExactWeights(const ResidualSystem& system)
    : system_(system),
      binary_(exact_weights(system)),
      range_(whole_levels(system.activation(), "equilibria")),
      words_(small_entries(binary_.entries)) {}

FreeSetFaces::FreeSetFaces(const ExactWeights& weights, std::vector<Index> free)
    : weights_(weights), free_(std::move(free)) {
    for (Index i = 0; i < weights.system().dimension(); ++i) {
        if (!std::binary_search(free_.begin(), free_.end(), i)) {
            saturated_.push_back(i);
        }
    }
    if (weights_.words()) {
        try {
            words_ = eliminate<Word>(*weights_.words());
        } catch (exact::Overflow) {
            words_.reset();
        }
    }
}

template <typename Number, typename Weights>
FreeSetFaces::Eliminated<Number> FreeSetFaces::eliminate(const Weights& entries) const {
    const auto k = static_cast<Index>(free_.size());
    const auto m = static_cast<Index>(saturated_.size());
    exact::NumberMatrix<Number> A(k, k + m);
    for (Index i = 0; i < k; ++i) {
        const Index row = free_[static_cast<std::size_t>(i)];
        for (Index j = 0; j < k; ++j) {
            A(i, j) = entries(row, free_[static_cast<std::size_t>(j)]);
        }
        for (Index j = 0; j < m; ++j) {
            A(i, k + j) = entries(row, saturated_[static_cast<std::size_t>(j)]);
        }
    }
    Eliminated<Number> block{exact::reduced(std::move(A), k), {}};
    const exact::Reduction<Number>& reduction = block.reduction;
    for (Index i = 0; !reduction.others.empty() && i < reduction.rank(); ++i) {
        Number reach = reduction.denominator;
        for (const Index j : reduction.others) {
            reach += abs(reduction.A(i, j));
        }
        block.reach.push_back(std::move(reach));
    }
    return block;
}

const FreeSetFaces::Eliminated<Integer>& FreeSetFaces::in_integers() {
    if (!integers_) {
        integers_ = eliminate<Integer>(weights_.binary().entries);
    }
    return *integers_;
}

FreeSetFaces::Solved FreeSetFaces::solve(const Pattern& pattern) {
    if (words_) {
        try {
            return solve(*words_, *weights_.words(), pattern);
        } catch (exact::Overflow) {
            words_.reset();
        }
    }
    return solve(in_integers(), weights_.binary().entries, pattern);
}

template <typename Number, typename Weights>
FreeSetFaces::Solved FreeSetFaces::solve(const Eliminated<Number>& block, const Weights& entries,
                                         const Pattern& pattern) {
    const exact::Reduction<Number>& reduction = block.reduction;
    const auto k = static_cast<Index>(free_.size());
    const Index rank = reduction.rank();
    const Number& D = reduction.denominator;
    const auto [low, high] = weights_.range();
    dimension_ = k - rank;
    // D y of the pivot's unit, free variables at 0; from `rank` on what must be 0.
    std::vector<Number> right(free_.size());
    for (std::size_t j = 0; j < saturated_.size(); ++j) {
        const int level = weights_.range().of(pattern[saturated_[j]]);
        for (Index i = 0; level != 0 && i < k; ++i) {
            Number& sum = right[static_cast<std::size_t>(i)];
            const Number& entry = reduction.A(i, k + static_cast<Index>(j));
            level > 0 ? sum -= entry : sum += entry;
        }
    }
    const auto point = [&](const std::vector<Number>& values, const Number& denominator) {
        return point_over(entries, weights_.binary().exponent, weights_.range(), pattern, free_,
                          values, denominator);
    };
    if (dimension_ == 0) {
        const Number lower = D * low;
        const Number upper = D * high;
        for (const Number& value : right) {
            if (value <= lower || value >= upper) {
                return EmptyFace{};
            }
        }
        return point(right, D);
    }
    for (Index i = rank; i < k; ++i) {
        if (right[static_cast<std::size_t>(i)] != 0) {
            return EmptySingularFace{};
        }
    }
    // Free variables in the middle of the levels, in units of 1/(2D): inside for loose faces.
    Number unit = D * 2;
    const Number middle = D * (low + high);
    std::vector<Number> values(free_.size(), middle);
    bool inside = true;
    for (Index i = 0; i < rank; ++i) {
        const auto row = static_cast<std::size_t>(i);
        Number value = right[row] * 2;
        for (const Index j : reduction.others) {
            value -= reduction.A(i, j) * (low + high);
        }
        // Nowhere in the cube do the free variables bring it between the levels.
        const Number away = abs(Number(value - middle));
        if (away >= block.reach[row] * (high - low)) {
            return EmptySingularFace{};
        }
        inside = inside && away < D * (high - low);
        values[static_cast<std::size_t>(reduction.pivots[row])] = std::move(value);
    }
    if (inside) {
        to_lowest_terms(values, unit);
        return point(values, unit);
    }
    return point_of_program(block, right, pattern);
}

template <typename Number>
void FreeSetFaces::find_directions(const Eliminated<Number>& block) {
    const exact::Reduction<Number>& reduction = block.reduction;
    if (!space_.directions.empty()) {
        return;
    }
    for (const Index j : reduction.others) {
        std::vector<Rational>& direction = space_.directions.emplace_back(free_.size());
        direction[static_cast<std::size_t>(j)] = 1;
        for (Index i = 0; i < reduction.rank(); ++i) {
            direction[static_cast<std::size_t>(reduction.pivots[static_cast<std::size_t>(i)])] =
                fraction(Number(-reduction.A(i, j)), reduction.denominator);
        }
    }
}

template <typename Number>
FreeSetFaces::Solved FreeSetFaces::point_of_program(const Eliminated<Number>& block,
                                                    const std::vector<Number>& right,
                                                    const Pattern& pattern) {
    find_directions(block);
    space_.origin.assign(free_.size(), Rational(0));
    for (std::size_t i = 0; i < block.reduction.pivots.size(); ++i) {
        space_.origin[static_cast<std::size_t>(block.reduction.pivots[i])] =
            fraction(right[i], block.reduction.denominator);
    }
    const auto inside = exact::point_inside(space_, weights_.range().low, weights_.range().high);
    if (!inside) {
        return EmptySingularFace{};
    }
    const exact::Solution values = over_common_denominator(*inside);
    return point_over(weights_.binary().entries, weights_.binary().exponent, weights_.range(),
                      pattern, free_, values.numerators, values.determinant);
}

FaceDecision FreeSetFaces::decide(const Pattern& pattern) {
    Solved solved = solve(pattern);
    if (std::holds_alternative<EmptyFace>(solved)) {
        return EmptyFace{};
    }
    if (std::holds_alternative<EmptySingularFace>(solved)) {
        return EmptySingularFace{};
    }
    last_ = std::get<ExactPoint>(std::move(solved));
    return dimension_ == 0
               ? FaceDecision(described_equilibrium(weights_.system(), pattern, *last_))
               : FaceDecision(described_continuum(weights_.system(), pattern, *last_, dimension_));
}

bool FreeSetFaces::attracts(const Pattern& pattern) {
    const ExactPoint& point = *last_;
    const auto [low, high] = weights_.range();
    const auto wanted = [&](Index i) {
        return Integer(point.rates[static_cast<std::size_t>(i)] * asked_sign(pattern[i]));
    };
    if (std::all_of(saturated_.begin(), saturated_.end(),
                    [&](Index i) { return wanted(i) >= 0; })) {
        return true;
    }
    if (words_) {
        find_directions(*words_);
    } else {
        find_directions(in_integers());
    }
    const exact::IntegerMatrix& entries = weights_.binary().entries;
    if (!slopes_) {
        slopes_.emplace();
        for (const Index i : saturated_) {
            exact::HalfSpace rate;
            for (const Index f : free_) {
                rate.normal.push_back(entries(i, f));
            }
            std::vector<Rational>& row = slopes_->emplace_back();
            for (const std::vector<Rational>& direction : space_.directions) {
                row.push_back(rate.slope(direction));
            }
        }
    }
    // The most that the free variables can add within the cube is not enough.
    const std::vector<Index>& variables =
        words_ ? words_->reduction.others : in_integers().reduction.others;
    for (std::size_t s = 0; s < saturated_.size(); ++s) {
        const Index i = saturated_[s];
        Rational most = wanted(i);
        if (most >= 0) {
            continue;
        }
        for (std::size_t c = 0; c < variables.size(); ++c) {
            const Rational slope = (*slopes_)[s][c] * asked_sign(pattern[i]);
            const Index unit = free_[static_cast<std::size_t>(variables[c])];
            const Integer& at = point.numerators[static_cast<std::size_t>(unit)];
            most += slope * Integer((slope > 0 ? high : low) * point.denominator - at);
        }
        if (most <= 0) {
            return false;
        }
    }
    std::vector<Rational> inside;
    for (const Index i : free_) {
        inside.emplace_back(point.numerators[static_cast<std::size_t>(i)], point.denominator);
    }
    space_.origin = inside;
    return exact::is_point_inside(space_, low, high,
                                  half_spaces(weights_.binary(), weights_.range(), pattern, free_),
                                  inside);
}

}  // namespace resdyn
