/// @file
/// The proofs of a certified stop that a network admits; shared by the report that holds them
/// against the network and by the inference that uses them.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include <resdyn/depth/analytic_tail.hpp>
#include <resdyn/depth/future_box.hpp>
#include <resdyn/model/residual_network.hpp>

namespace resdyn {

/// Throws std::invalid_argument for a network that is not whole or has no read-out.
void check_stoppable(const ResidualNetwork& network);

/// The class read out, and how far it leads the next.
struct Leader {
    Index first = 0;
    Index second = 0;
    double lead = std::numeric_limits<double>::infinity();
};
Leader leader_of(const Eigen::Ref<const Vector>& logits);

/// Whether every lead of a column is a proof.
bool all_positive(const Eigen::Ref<const Vector>& lead);

/// The least that the layers from n on can add to the lead of class c over class k, whatever their
/// residuals: h Σ_n min over the cube of (R_c − R_k)·y, summed over prefixes.
class StopCube {
  public:
    explicit StopCube(const ResidualNetwork& network);
    /// After layer n.
    bool keeps(Index n, const Leader& leader, const Eigen::Ref<const Vector>& logits) const;

  private:
    std::vector<Matrix> least_;
};

struct StopProofs {
    std::optional<StopCube> cube;      ///< of bounded f.
    std::optional<AnalyticTail> tail;  ///< of shared weights.
    std::optional<FutureBox> box;      ///< of both, if asked for.

    StopProofs() = default;
    StopProofs(const ResidualNetwork& network, bool boxes, int rounds);
};

}  // namespace resdyn
