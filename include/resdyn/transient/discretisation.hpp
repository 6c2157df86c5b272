/// @file
/// The network against its flow: how far the layers x_n lie from x(t_n), t_n = n h, of the flow
/// x' = F(t, x) started at the same x_0, and the order at which that distance shrinks as h is
/// halved at equal T = hL.
///
/// Shared weights: F(x) = A f(Wx + b). Weights that differ by layer: from t_n to t_{n+1} the
/// weights of layer n go over into those of layer n + 1 along a straight line; of two-matrix blocks
/// the fields A f(Bx + b) do, since hidden units have no order that layers share. The last layer
/// stays on its step. Halving the step puts the layer half way between each two, and so on.
///
/// Forward Euler is of first order (Hairer, Nørsett, Wanner, Solving Ordinary Differential
/// Equations I, 1993, thm. II.3.4), for every network, trained or not: the order says that the
/// computation is right, and nothing of the network. What does is in flow_fidelity.hpp. Theory:
/// doc/theory.md §12.3.
#pragma once

#include <vector>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/numerics/integrate.hpp>

namespace resdyn {

struct DiscretisationOptions {
    Index halvings = 6;      ///< steps h, h/2, …, h/2^halvings; 1 … 12.
    double rel_tol = 1e-10;  ///< of the flow.
    double abs_tol = 1e-12;  ///< of the flow.
    int threads = 0;
};

struct DiscretisationReport {
    std::vector<double> t;  ///< L+1 times t_n = n h.
    Matrix distance;        ///< (L+1)×B: ‖x_n − x(t_n)‖₂ by layer and sample.
    Matrix scale;  ///< (L+1)×B: ‖x(t_n) − x_0‖₂, what the distance is to be held against.
    std::vector<double> steps;  ///< h/2^k.
    std::vector<double>
        final_distance;  ///< root mean square over samples of ‖x_L − x(T)‖₂ at h/2^k.
    std::vector<double> observed_order;  ///< log₂ of successive ratios; size halvings; NaN at 0/0.
    std::vector<Outcome> outcomes;       ///< of the flow, one a sample; only ReachedEnd counts.
    Matrix start;                        ///< N×B: x_0.
    Matrix flow_end;                     ///< N×B: x(T); NaN where the flow did not reach it.
    std::vector<Matrix> ends;  ///< N×B each: x_L at h/2^k; the first is the network's own.
};

/// x0: N×B. Samples whose flow did not reach T are left out of the means.
DiscretisationReport compare_with_flow(const ResidualNetwork& network, const Matrix& x0,
                                       const DiscretisationOptions& options = {});

}  // namespace resdyn
