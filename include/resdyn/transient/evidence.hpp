/// @file
/// The evidence ledger: logits = (V x_0 + c) + h Σ_n V A y_n, exactly. What each layer adds to the
/// decision, and how good the read-out already is after each layer. In double, sample by sample.
///
/// Method: the layers are run and every term is summed apart from the logits, so that their balance
/// is a check, not a definition. What it can miss: shares of evidence say what a layer adds, not
/// what would become of the decision without it (depth/depth_profile.hpp: lesions). Reference: F.
/// Lagzi, "Residual networks classify inputs based on their neural transient dynamics",
/// arXiv:2101.03009, whose claim the ledger puts into numbers. Theory: doc/theory.md §9.1.
#pragma once

#include <vector>

#include <resdyn/core/proportion.hpp>
#include <resdyn/model/residual_network.hpp>

namespace resdyn {

struct EvidenceLedger {
    /// L+1 matrices C×B: contribution of the start (V x_0 + c), then h V A y_n for n = 0 … L−1.
    std::vector<Matrix> terms;
    Matrix logits;                 ///< C×B: V x_L + c, from the network itself.
    double rounding_residual = 0;  ///< max |Σ terms − logits|.
    /// What rounding may reach: 2 (N + M + L) ε max Σ_j |V_cj| (|x_0| + h Σ_n |A||y_n|)_j + |c|.
    double rounding_bound = 0;
    std::vector<Proportion> accuracy_by_layer;   ///< L+1: read-out V x_n + c; empty w/o labels.
    std::vector<double> mean_margin_by_layer;    ///< L+1: mean over samples of the true class's
                                                 ///< logit minus the best other; empty w/o labels.
    std::vector<double> mean_evidence_by_layer;  ///< L+1: mean of term[true] − best other term.
    Proportion accuracy_from_sum;                ///< argmax of h Σ V A y_n alone.
    Proportion accuracy_from_last;               ///< argmax of V A y_{L−1} alone.
    Proportion accuracy_from_start;              ///< argmax of V x_0 + c alone.
    /// C×C: samples of true class (row) that V x_L + c reads out as class (column); empty w/o
    /// labels.
    Eigen::MatrixXi confusion;

    bool balances() const { return rounding_residual <= rounding_bound; }
};

/// What the network gathers a layer in the mean while its residuals stay about ȳ, h V A ȳ: of an
/// equilibrium, and of any motion compact in the face of ȳ (the mean of y is ȳ there). As the depth
/// grows the class is its argmax, if that is one.
struct EvidenceRate {
    Vector rate;              ///< C.
    Index best = -1;          ///< argmax, the first.
    double margin = 0.0;      ///< the largest minus the next; 0 with one class.
    double margin_error = 0;  ///< bound on the rounding of `margin`, ȳ correctly rounded.

    /// The class as L → ∞ is `best`; else the rates are equal, or too close to tell.
    bool is_decided() const { return margin > margin_error; }
};

/// y: M residuals. The network needs a read-out and shared weights.
EvidenceRate evidence_rate(const ResidualNetwork& network, const Vector& y);

/// x0: N×B; labels: B classes in 0 … C−1, or empty. The network needs a read-out.
EvidenceLedger evidence_ledger(const ResidualNetwork& network, const Matrix& x0,
                               const Eigen::VectorXi& labels);

}  // namespace resdyn
