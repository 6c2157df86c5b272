/// @file
/// How small noise travels through the layers: linear theory beside Monte Carlo.
///
/// With A_n the Jacobian of layer n at an input's own trajectory (linearization.hpp), noise of
/// covariance Σ_0 at x_0 and white noise of variance q added after every layer,
///
///     Σ_{n+1} = A_n Σ_n A_nᵀ + q I.
///
/// White noise of unit deviation at the input has Σ_n = P_n P_nᵀ, P_n = ∂x_n/∂d: a factor of D
/// columns, which is exact and is what the report carries. The margin's noise is one row, pulled
/// back through the layers, and gives the effect of noise in any layer alone. Finite-time Lyapunov
/// exponent after n layers: (1/(n h)) log σ_1(P_n) (a perceptron: h = 1).
/// What it can miss: it is the limit of small noise; how small is small shows where the ratios of
/// the Monte Carlo leave 1. Theory: doc/theory.md §10.1.
#pragma once

#include <cstdint>
#include <vector>

#include <resdyn/noise/linearization.hpp>
#include <resdyn/transient/decision.hpp>

namespace resdyn {

class Farm;

/// Σ_0 … Σ_L (N×N each) from Σ_0 = `start` and white noise of variance `layer_variance` ≥ 0 added
/// after every layer.
std::vector<Matrix> noise_covariances(const Linearization& at, const Matrix& start,
                                      double layer_variance = 0.0);

struct LinearNoiseOptions {
    Index sample = 100;         ///< inputs, a seeded sample, >= 1; at most all.
    Index draws = 20;           ///< Monte Carlo draws an input, >= 2.
    double deviation = 1e-3;    ///< of the Monte Carlo's noise, > 0.
    Index singular_values = 3;  ///< leading ones of P_n, >= 1; at most what P_n has.
    std::uint64_t seed = 1;     ///< of sample and noise.
    int threads = 0;
    /// Where the inputs are done (work/farm.hpp), as a job "linear-noise"; null: in threads. Where
    /// it does a shard, or is stopped, the report is empty.
    Farm* farm = nullptr;
};

/// Noise in one layer alone.
struct LayerInjection {
    Index layer = 0;                ///< n: noise added to x_n.
    MeanWithError margin_variance;  ///< theory at unit deviation, over inputs.
    /// Monte Carlo over theory, over inputs and draws; 1 where linear theory holds.
    MeanWithError ratio;
};

/// Of white noise at the input, unless said otherwise; index n = 0 … L.
struct LinearNoiseReport {
    std::vector<Index> sample;  ///< columns of the inputs, increasing.
    Index draws = 0;
    double deviation = 0.0;
    std::vector<MeanWithError> energy;  ///< tr Σ_n at unit deviation, theory, over inputs.
    std::vector<MeanWithError> ratio;  ///< |δx_n|²/(σ² tr Σ_n), Monte Carlo, over inputs and draws.
    Vector signal;                     ///< mean over inputs of |x_n − mean|².
    Vector signal_to_noise;            ///< signal/energy, for noise of unit deviation.
    Matrix singular_values;            ///< k×(L+1): means over inputs.
    double singular_residual = 0.0;  ///< largest ‖Pᵀu − σv‖ of them.
    std::vector<MeanWithError>
        exponent;  ///< n = 1 … L, over inputs; −∞ where nothing is passed on.
    MeanWithError margin_variance;           ///< at unit deviation, theory, over inputs.
    MeanWithError margin_ratio;              ///< Monte Carlo over theory.
    std::vector<LayerInjection> injections;  ///< n = 0 … L−1.
    /// Theory against Monte Carlo in one number: (ratio of |δx_L|² − 1) over its standard error.
    /// NaN where no noise arrives.
    double agreement = 0.0;
};

/// inputs: D×B, labels: B classes. The network needs a read-out. Throws std::invalid_argument.
LinearNoiseReport linear_noise(const Network& network, const Eigen::MatrixXf& inputs,
                               const Eigen::VectorXi& labels,
                               const LinearNoiseOptions& options = {});

}  // namespace resdyn
