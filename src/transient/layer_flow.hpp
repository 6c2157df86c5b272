/// @file
/// The flow that a network's layers belong to, x' = F(t, x): between t_n = n h and t_{n+1} the
/// weights of layer n go over into those of layer n + 1 along a straight line (blocks of two
/// matrices: their fields A f(Bx + b) do, which alone mean the same in any order of hidden units);
/// the last layer stays on its step. Shared weights: one field throughout.
#pragma once

#include <vector>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/numerics/integrate.hpp>

namespace resdyn {

/// The layer between n and n + 1 at `fraction` of the way, 0 ≤ fraction < 1: what it adds per unit
/// of time to a batch of states. One matrix: f((1 − s) u_n + s u_{n+1}), the interpolated weights.
class LayerBetween {
  public:
    LayerBetween(const ResidualNetwork& network, Index n, double fraction);
    /// x: N×B; N×B.
    Matrix velocity(const Matrix& x) const;

  private:
    Activation activation_;
    const ResidualBlock* from_;
    const ResidualBlock* to_ = nullptr;  ///< where the fraction is above 0 and the layers differ.
    double fraction_ = 0.0;
    Matrix W_;  ///< one matrix, between two layers.
    Vector b_;
};

/// Where the flow is at t_0 … t_L.
struct LayerFlow {
    std::vector<Matrix> x;          ///< L+1 matrices N×B; NaN from where a sample's run ended.
    std::vector<Outcome> outcomes;  ///< B; only ReachedEnd counts.
};

struct LayerFlowOptions {
    double rel_tol = 1e-10;
    double abs_tol = 1e-12;
    int threads = 0;
};

/// x0: N×B. Integrated layer by layer, as the field is smooth within a layer only.
LayerFlow follow_layer_flow(const ResidualNetwork& network, const Matrix& x0,
                            const LayerFlowOptions& options);

/// x_L of the network with `refinement` layers of step h/refinement in place of each layer.
Matrix refined_end(const ResidualNetwork& network, const Matrix& x0, Index refinement, int threads);

}  // namespace resdyn
