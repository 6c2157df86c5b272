/// @file
/// Does an effect hold? Decided from one value a seed, with looks at fixed numbers of seeds, so
/// that a clear answer costs few of them.
///
/// Method: at a look the interval mean ± t s/√k of the k values so far, at level 1 − α/looks
/// (Bonferroni over the looks, C. Jennison, B. W. Turnbull, Group Sequential Methods, 2000, 7.2).
/// In this order: inside (−δ, δ) the effect is negligible (two one-sided tests, D. J. Schuirmann,
/// J. Pharmacokin. Biopharm. 15, 1987); above 0 it holds; below 0 it fails; else the next look. The
/// first decision stands. Where all k values are equal t says nothing: then the sign test decides,
/// of the values against 0 and against the margin, from the k on at which 2^(1−k) <= α/looks.
/// A false verdict (holds or fails of an effect 0, negligible of one of size δ) has a probability
/// of at most α where the values are normal. What it can miss: t is approximate for others; the
/// interval of the last look is conditional on having come that far, so estimates of settings that
/// stopped early are biased away from 0 (pool a fixed number of seeds instead).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

enum class EffectVerdict {
    Holds,       ///< above 0.
    Fails,       ///< below 0.
    Negligible,  ///< smaller than the margin, of whatever sign.
    Undecided,   ///< none of these is shown by so many seeds.
};
/// "holds", "fails", "negligible", "undecided".
std::string_view to_string(EffectVerdict verdict);

struct SequentialOptions {
    double margin = 0.0;                        ///< δ, the smallest effect that matters, > 0.
    double alpha = 0.05;                        ///< of false verdicts over all looks, in (0, 1).
    std::vector<Index> looks{3, 5, 8, 13, 21};  ///< seeds, increasing, >= 2.
};
/// Throws std::invalid_argument naming the field that breaks its range.
void validate(const SequentialOptions& options);

struct SequentialLook {
    Index seeds = 0;         ///< so far.
    Index values = 0;        ///< of them, those with an effect.
    double mean = 0.0;       ///< NaN without values.
    double deviation = 0.0;  ///< s, with k − 1.
    double low = 0.0;        ///< ends of the interval; infinite with fewer than two values.
    double high = 0.0;
    EffectVerdict verdict = EffectVerdict::Undecided;
};

struct SequentialResult {
    std::vector<SequentialLook> looks;  ///< those taken; the first that decided is the last.
    EffectVerdict verdict = EffectVerdict::Undecided;
    /// Of an undecided effect: seeds with which mean and deviation as they are now would decide;
    /// none where they would not with a million (no spread, or a mean at the margin itself).
    std::optional<Index> would_settle;

    bool decided() const { return verdict != EffectVerdict::Undecided; }
};

/// Looks at the effects of the seeds in their order; what is absent counts as a seed without one. A
/// look for which there are too few seeds is not taken.
SequentialResult sequential_test(const std::vector<std::optional<double>>& effects,
                                 const SequentialOptions& options);

}  // namespace resdyn
