/// @file
/// The network as a nonlinear filter of its input: where it amplifies, and what it answers to
/// single components and to class means.
///
/// At the mean input m: the Jacobian of the sum of residuals Σ = x_L − x_0 (of a perceptron: of
/// x_L) and of the logits, by their leading singular values and vectors, without forming the first.
/// Gain of unit i after layer n: (Σ_j (∂x_{n,i}/∂d_j)²)^½, its answer to white noise of unit
/// strength, root mean square over a seeded sample of inputs. Impulses and class means are run
/// through the network itself, so their answers are not linearised.
///
/// What it can miss: the Jacobian is that at one input, the mean, which need not resemble any; the
/// gains are means over the sample. Reference for the singular vectors as most and least amplified
/// directions: G. H. Golub, C. F. Van Loan, Matrix Computations (4th ed., 2013), section 2.4.
#pragma once

#include <cstdint>

#include <resdyn/model/network.hpp>
#include <resdyn/numerics/spectrum.hpp>

namespace resdyn {

struct FilterOptions {
    Index count = 6;         ///< singular values, >= 1; at most what the Jacobian has.
    Index gain_inputs = 10;  ///< inputs that the gain is taken over, >= 1; at most all.
    double impulse = 1.0;    ///< size of an impulse, in units of the input; ≠ 0, finite.
    std::uint64_t seed = 1;  ///< of the choice of gain_inputs.
};

struct FilterReport {
    Vector mean;              ///< D: m.
    SingularTriplets output;  ///< of ∂Σ/∂d at m (a perceptron: ∂x_L/∂d).
    SingularTriplets logits;  ///< of ∂logits/∂d at m.
    Matrix unit_gain;         ///< N×(L+1).
    Index gain_inputs = 0;    ///< inputs the gain was taken over.
    Vector impulse_response;  ///< D: |Σ(m + a e_j) − Σ(m)|₂/|a|.
    Vector impulse_linear;    ///< D: |∂Σ/∂d_j|₂, what it is for a → 0.
    Matrix class_means;       ///< D×C; columns of classes without samples are m.
    Matrix class_response;    ///< N×C: Σ(m_c) − Σ(m).
    Matrix class_logits;      ///< C×C: logits of m_c.
};

/// inputs: D×B, B ≥ 1; labels: B classes. The network needs a read-out. Throws
/// std::invalid_argument.
FilterReport filter_response(const Network& network, const Eigen::MatrixXf& inputs,
                             const Eigen::VectorXi& labels, const FilterOptions& options = {},
                             int threads = 0);

}  // namespace resdyn
