/// @file
/// The lists of an atlas: of the patterns that were found, those that are kept, described in full.
#pragma once

#include <vector>

#include <resdyn/equilibria/face.hpp>

#include "equilibria/free_set_faces.hpp"
#include "free_set_tally.hpp"

namespace resdyn {

/// Describes what a growing tally lists, a round at a time. The description is exact, and of what
/// the filter found a second opinion; it depends on the weights alone, so that it is the
/// same wherever the pattern was found.
class ListedFaces {
  public:
    /// `weights` and `kept` must outlive it.
    ListedFaces(const ExactWeights& weights, KeptDecisions& kept, int threads)
        : weights_(weights), kept_(kept), threads_(threads) {}

    /// Describes what the lists hold beyond what is described already, and lets go what was kept
    /// for them. Throws std::logic_error
    /// where filter and exact arithmetic disagree.
    void follow(const FreeSetTally& tally);

    /// Sorted by pattern; to be taken once.
    std::vector<Equilibrium> equilibria();
    std::vector<Continuum> continua();

  private:
    template <typename T>
    void add(const std::vector<AtlasEntry>& listed, std::vector<T>& described) const;

    const ExactWeights& weights_;
    KeptDecisions& kept_;
    int threads_;
    std::vector<Equilibrium> equilibria_{};
    std::vector<Continuum> continua_{};
};

}  // namespace resdyn
