/// @file
/// Inference that stops each input at a certificate (certified_stop.hpp) and runs no layer that the
/// class does not need.
///
/// Returns the classes, which are those of the whole network, and the layers that every input ran.
/// Method: tile by tile in double; after chosen layers the proofs are tried on the whole tile, and
/// inputs that are certified leave it. A try costs passes over the units for every layer that
/// remains, against a product for a layer that is run: it pays only where it certifies many. So the
/// layers to try at are chosen first, on a few examples: of all sets of layers
/// the one of least cost for them, by a count of operations and not by a clock, so that the same
/// inputs give the same bytes. The empty set is among them.
/// What it can miss: inputs that a try at another layer would have certified; the few inputs may
/// mislead. With small networks no set may pay: a layer costs products with N inputs a unit, a try
/// some 50 to 200 such operations a unit and remaining layer. Then every layer runs. `script/bench
/// depth` measured the crossover near N = 128 to 256 (double, AVX-512).
/// Reference: stopping at intermediate read-outs is the idea of S. Teerapittayanon, B. McDanel,
/// H. T. Kung, BranchyNet, ICPR 2016; there by a confidence threshold, here by proof.
#pragma once

#include <memory>
#include <vector>

#include <resdyn/model/residual_network.hpp>

namespace resdyn {

struct EarlyStopOptions {
    bool proofs = true;  ///< false: certify nothing and run every layer, to compare times with.
    bool boxes = false;  ///< try boxes too, where cube and tail do not decide: M×M products.
    int rounds = 8;      ///< of a box, >= 1; see FutureBoxOptions.
    /// Layers (0 … L − 1) after which the proofs are tried; empty: chosen.
    std::vector<Index> tried_after{};
    Index pilot = 32;  ///< examples that the choice is made on, at most, >= 1.
    int threads = 0;   ///< 0: all; never changes a result.
};

struct EarlyStop {
    Eigen::VectorXi classes;         ///< B.
    std::vector<Index> layers;       ///< B: layers run.
    Index layer_runs = 0;            ///< their sum; B·L without stopping.
    std::vector<Index> tried_after;  ///< layers after which the proofs were tried, ascending.
};

/// A network made ready to stop: the bound of ‖W‖₂ that the proofs rest on costs far more than a
/// run of few inputs, and the layers to try at are chosen once.
class StoppingNetwork {
  public:
    /// `examples` (D×P, P >= 1): inputs like those to come; the choice is made on them, and on
    /// nothing else. Throws std::invalid_argument without a read-out, or for an option out of
    /// range.
    StoppingNetwork(const ResidualNetwork& network, const Matrix& examples,
                    const EarlyStopOptions& options = {});
    ~StoppingNetwork();
    StoppingNetwork(StoppingNetwork&&) noexcept;

    /// Layers after which the proofs are tried, ascending.
    const std::vector<Index>& tried_after() const;
    /// Classes of inputs (D×B).
    EarlyStop run(const Matrix& inputs) const;

  private:
    struct Work;
    std::unique_ptr<const Work> work_;
};

/// Once: made ready on `options.pilot` inputs spread over the batch, and run.
EarlyStop run_with_early_stop(const ResidualNetwork& network, const Matrix& inputs,
                              const EarlyStopOptions& options = {});

}  // namespace resdyn
