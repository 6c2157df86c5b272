/// @file
/// The faces that share one set F of free units, decided exactly one after another.
///
/// W_FF and its right sides W_FS are eliminated once, without fractions (numerics/reduction.hpp):
/// y_F, or the conditions for a solution, are then whole numbers linear in the levels of S, and a
/// face costs O(|F| |S|) operations; one face by itself costs O(|F|³) (FaceSolver). Numbers are
/// machine words as long as they fit, which those of small integers do (numerics/word.hpp), else of
/// any length.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include <resdyn/equilibria/face.hpp>

#include "exact_point.hpp"
#include "numerics/reduction.hpp"

namespace resdyn {

/// The weights as exact numbers, for many sets.
class ExactWeights {
  public:
    /// Bounded activations only (throws std::invalid_argument).
    explicit ExactWeights(const ResidualSystem& system);

    const ResidualSystem& system() const { return system_; }
    const exact::BinaryMatrix& binary() const { return binary_; }
    WholeLevels range() const { return range_; }
    /// The entries as words, where all are small.
    const std::optional<exact::NumberMatrix<exact::Word>>& words() const { return words_; }

  private:
    ResidualSystem system_;
    exact::BinaryMatrix binary_;
    WholeLevels range_;
    std::optional<exact::NumberMatrix<exact::Word>> words_;
};

/// One thread at a time; `weights` must outlive it.
class FreeSetFaces {
  public:
    FreeSetFaces(const ExactWeights& weights, std::vector<Index> free);

    /// As FaceSolver::decide; the free units of `pattern` are F.
    FaceDecision decide(const Pattern& pattern);
    /// Does the continuum that decide() found last hold a point with no saturated unit that leaves
    /// its level (attracting_face.hpp)? `pattern` as then.
    bool attracts(const Pattern& pattern);

  private:
    /// Of [W_FF | W_FS]; what follows from it for singular blocks, as it is asked for.
    template <typename Number>
    struct Eliminated {
        exact::Reduction<Number> reduction;
        std::vector<Number> reach;  ///< singular: of a row, how far the free variables move it.
    };
    using Solved = std::variant<EmptyFace, EmptySingularFace, ExactPoint>;

    template <typename Number, typename Weights>
    Eliminated<Number> eliminate(const Weights& entries) const;
    template <typename Number, typename Weights>
    Solved solve(const Eliminated<Number>& block, const Weights& entries, const Pattern& pattern);
    template <typename Number>
    Solved point_of_program(const Eliminated<Number>& block, const std::vector<Number>& right,
                            const Pattern& pattern);
    template <typename Number>
    void find_directions(const Eliminated<Number>& block);
    Solved solve(const Pattern& pattern);
    const Eliminated<exact::Integer>& in_integers();

    const ExactWeights& weights_;
    std::vector<Index> free_;
    std::vector<Index> saturated_;
    std::optional<Eliminated<exact::Word>> words_;
    std::optional<Eliminated<exact::Integer>> integers_;
    /// The solutions of a face: directions once they are asked for, which depend on F alone, and
    /// the origin of whoever asked last.
    exact::AffineSpace space_;
    Index dimension_ = 0;
    std::optional<ExactPoint> last_;
    /// By unit of S and direction: what a direction adds to (Wy)_i.
    std::optional<std::vector<std::vector<exact::Rational>>> slopes_;
};

}  // namespace resdyn
