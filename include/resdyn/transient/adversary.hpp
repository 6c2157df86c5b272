/// @file
/// Adversarial inputs: the worst perturbation within ±ε a component, as far as the gradient of the
/// loss shows it.
///
///  - FGSM: d + ε sign(∂loss/∂d) (I. Goodfellow, J. Shlens, C. Szegedy, ICLR 2015);
///  - PGD: steps of ε × step_share along the sign, back into the box after each, from a random
///  point
///    of it (A. Madry et al., ICLR 2018).
/// Gradients are exact, by back-propagation to the input. What it can miss: both are attacks, not
/// bounds; a network may be weaker than they find.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <resdyn/transient/robustness.hpp>

namespace resdyn {

/// ∂loss/∂d of every sample's own cross-entropy; D×B. inputs: D×B; labels: B classes.
template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> input_gradients(
    const Network& network, const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>& inputs,
    const Eigen::VectorXi& labels, int threads = 0);

enum class Attack { Fgsm, Pgd };
/// "fgsm", "pgd".
std::string_view to_string(Attack attack);

struct AttackOptions {
    Attack attack = Attack::Fgsm;
    std::vector<double> levels{0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3};  ///< ε, >= 0.
    Index steps = 10;          ///< of PGD, >= 1.
    double step_share = 0.25;  ///< of PGD: step over ε, > 0.
    bool clip = true;          ///< keep the components within the range of the data.
    InputRange range{};
    std::uint64_t seed = 1;  ///< of PGD's starts.
    int threads = 0;
    std::function<void(double)> on_progress{};  ///< share done; may be empty.
};

/// Accuracy under the attack by level; one draw.
RobustnessCurve attack(const Network& network, const Eigen::MatrixXf& inputs,
                       const Eigen::VectorXi& labels, const AttackOptions& options = {});

}  // namespace resdyn
