/// @file
/// One support K of the field y' = y ∘ (Wy): whether W_KK v = c·1 has a positive solution for
/// c = −1 (a decay direction), 1 (a repelling ray), 0 (a resting ray), and how stable the decay
/// direction is. The bounds are those of rounding.hpp; see origin_directions.hpp for the theory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <resdyn/equilibria/origin_directions.hpp>

#include "numerics/exact.hpp"

namespace resdyn {

struct SupportVerdict {
    bool decays = false;
    bool repels = false;
    bool rests = false;
    bool singular = false;  ///< W_KK is, and there is a positive solution of one kind.
    bool exact = false;     ///< decided in integers.
    /// Of the decay direction of a regular block.
    bool not_invaded = false;
    DirectionStability stability = DirectionStability::Unstable;
};

class OriginSupport {
  public:
    /// N <= 24.
    explicit OriginSupport(exact::BinaryMatrix weights);

    /// `mask`: the units of K as bits, not 0.
    SupportVerdict operator()(std::uint32_t mask) const;
    /// For a support that decays, with a regular block.
    DecayDirection describe(std::uint32_t mask) const;

  private:
    /// What is not excluded yet.
    struct Open {
        bool decay = true;
        bool repel = true;
        bool rest = true;
        bool any() const { return decay || repel || rest; }
    };
    struct Block;
    struct Outside {
        std::vector<Index> invaders;
        std::vector<Index> ties;
        std::optional<double> largest_rate;  ///< of 1 + (Wv)_j, correctly rounded.
    };

    Open by_rows(std::uint32_t mask) const;
    void by_combinations(const Block& block, Open& open) const;
    void by_combination(const Block& block, Index component, Open& open) const;
    std::optional<SupportVerdict> in_double(const Block& block) const;
    std::optional<SupportVerdict> judge_in_double(const Block& block, const Vector& error) const;
    SupportVerdict in_integers(const std::vector<Index>& K, const Open& open) const;
    Outside outside(const std::vector<Index>& K, const exact::Solution& solution) const;

    exact::BinaryMatrix weights_;
    Index n_;
    Matrix W_;  ///< W · 2^−scale, each entry rounded once; the largest in [1/2, 1].
    bool usable_ = true;
    std::vector<std::uint32_t> positive_;  ///< by row: units with w_ij > 0.
    std::vector<std::uint32_t> negative_;
};

}  // namespace resdyn
