/// @file
/// Adversarial inputs: the worst perturbation within ±ε a component, as far as the gradient of the
/// margin shows it.
///
/// Margin: the true class's logit less the largest other. Its gradient does not fade as a network
/// grows confident: that of the cross-entropy does, e^{−margin}, and in float32 it is 0 from
/// margins of about 17 on, where an attack along it stands still and finds robustness that is not
/// there (the same in F. Croce, M. Hein, ICML 2020, section 4). Signs of margin gradients do not
/// change when V and c are multiplied by a positive number.
///  - FGSM: d − ε sign(∂margin/∂d) (I. Goodfellow, J. Shlens, C. Szegedy, ICLR 2015; the margin as
///    loss: N. Carlini, D. Wagner, IEEE S&P 2017, f_6);
///  - PGD: steps of ε × step_share against the sign, back into the box after each, from a random
///    point of it (A. Madry et al., ICLR 2018); the largest other class is chosen anew at every
///    step, and the point of least margin met is what counts.
/// Gradients are exact, by back-propagation to the input, with f' taken from u (from y it is 0
/// where y rounds to a level) and columns scaled by powers of two so that products over many layers
/// do not vanish. What it can miss: both are attacks, not bounds; a network may be weaker than they
/// find. Where the gradient is 0 all the same (units beyond u = ±87, dead ReLUs) an attack has no
/// direction: such inputs are counted, and their accuracy says nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <resdyn/noise/robustness.hpp>

namespace resdyn {

/// ∂margin/∂d of every sample, the other class being the largest at the sample (the first at a
/// tie); 0 with a single class; D×B. inputs: D×B; labels: B classes.
template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> margin_gradients(
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
    Farm* farm = nullptr;                       ///< as in RobustnessOptions.
    std::string job = "attack";
};

/// Accuracy under the attack by level, one draw; points say for how many samples some step found a
/// gradient of 0.
RobustnessCurve attack(const Network& network, const Eigen::MatrixXf& inputs,
                       const Eigen::VectorXi& labels, const AttackOptions& options = {});

}  // namespace resdyn
