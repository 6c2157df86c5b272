/// @file
/// Certified stop: the earliest layer of each input after which its class provably cannot change in
/// the layers that remain, decided without running them.
///
/// Three proofs, each without or with a fixed number of products whatever remains to run:
///  - the cube: no residual can leave the levels of f. Bounded f, any weights; no product;
///  - the analytic tail (analytic_tail.hpp): mean-value bound about the constant velocity, in
///    ‖W‖₂; shared weights, from layer 2 on; no product;
///  - the box (future_box.hpp): intervals through the layer map, for the layers that remain;
///  bounded
///    f, shared weights; two products a round.
/// `certified` means one of these three, which are what inference can stop at. Beside them a box
/// for any number of further layers says for whom the class is kept for ever: a statement about
/// other depths, held against the network too, but no ground to stop at. A certificate is about
/// exact arithmetic with the stored weights; what rounding may reach in double is subtracted from
/// every lead. It says that the class stays, not that it is right. The oracle, which runs all
/// layers, says what no certificate can beat: the first layer from which on the class never
/// changes. Inference that uses the certificates: early_stop.hpp. Reference: none; the cube is the
/// range of f, the other two proofs are derived in their headers (interval analysis and mean-value
/// forms: R. E. Moore, Interval Analysis, 1966). Theory: doc/theory.md §11.2.
#pragma once

#include <vector>

#include <resdyn/core/proportion.hpp>
#include <resdyn/core/quantile.hpp>
#include <resdyn/model/residual_network.hpp>

namespace resdyn {

struct CertifiedStopOptions {
    bool boxes = true;  ///< try boxes too.
    int rounds = 8;     ///< of a box, >= 1; see FutureBoxOptions.
    int threads = 0;    ///< 0: all; never changes a result.
};

/// What the certificates say after one layer.
struct LayerCertificates {
    Index layer = 0;
    Proportion oracle;   ///< inputs whose class does not change from here on.
    Proportion by_cube;  ///< certified here or before, by each proof alone …
    Proportion by_tail;
    Proportion by_box;
    Proportion by_any;   ///< … and by any of these three.
    Proportion forever;  ///< class kept in any number of further layers (box to a vertex).
    Spread lead;         ///< over inputs, of the lead of the class over the next.
    Spread tail_width;   ///< of the tail's error bound of that lead; NaN without a tail.
    Spread tail_error;   ///< of the tail's true error of that lead.
};

struct CertificateReport {
    std::vector<LayerCertificates> layers;  ///< n = 0 … L.
    std::vector<Index> certified_at;  ///< by input: first layer certified (any), L if only there.
    std::vector<Index> final_from;    ///< by input: the oracle's layer.
    Index wrong = 0;                  ///< certified classes that changed later: must be 0.
    Index checked = 0;                ///< certificates held against the layers that followed.
    /// Largest |true logits − tail's| / error bound over all finite bounds: a check, must be <= 1.
    double worst_tail_share = 0.0;
    Index tail_checks = 0;    ///< logits so checked.
    double norm_bound = 0.0;  ///< σ ≥ ‖W‖₂; 0 without a tail.
    bool sound() const { return wrong == 0 && worst_tail_share <= 1.0; }
};

/// Certificates of all inputs (D×B) after every layer, held against the network itself. In double.
/// Throws std::invalid_argument without a read-out.
CertificateReport certify(const ResidualNetwork& network, const Matrix& inputs,
                          const CertifiedStopOptions& options = {});

}  // namespace resdyn
