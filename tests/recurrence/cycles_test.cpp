// Cycles on the faces that can attract: means and rates across them that the theory knows exactly,
// births by flips with their square-root law, chaos, tori, and rest where nothing else is possible.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>

#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/stability.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/recurrence/cycles.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(cycles_)

namespace {

const FaceMotions& on(const Cycles& cycles, const char* pattern) {
    const auto at =
        std::find_if(cycles.faces.begin(), cycles.faces.end(),
                     [&](const FaceMotions& f) { return to_string(f.face.pattern) == pattern; });
    BOOST_REQUIRE(at != cycles.faces.end());
    return *at;
}

/// Growth of log |y_i − level| across the face, a layer, along the cycle: by the layer map itself,
/// from a small displacement of the saturated units.
double measured_rate(const ResidualSystem& system, const MapCycle& cycle, Index unit) {
    double sum = 0.0;
    for (Index n = 0; n < cycle.period(); ++n) {
        sum += system.step() * system.W().row(unit).dot(cycle.y.col(n));
    }
    // u_i moves by `sum`: y_i nears High like e^−u, Low like e^u; tanh twice as fast.
    const double speed = system.activation() == Activation::Tanh ? 2.0 : 1.0;
    return speed * (cycle.face[unit] == UnitState::High ? -sum : sum);
}

}  // namespace

BOOST_AUTO_TEST_CASE(means_and_rates_across_are_those_of_the_equilibrium) {
    Random random(3);
    std::vector<Index> periods;
    Index seen = 0;
    for (int k = 0; k < 60; ++k) {
        const Activation f = k % 2 == 0 ? Activation::Tanh : Activation::Logistic;
        const Index n = 2 + k % 4;
        const double h = (f == Activation::Tanh ? 0.8 : 4.0) * (1.0 + 0.02 * k);
        const ResidualSystem system(random.normal_matrix(n, n, 1.5), f, h);
        const Cycles cycles = find_cycles(system, {.flow = false, .starts = 4});
        BOOST_TEST(cycles.list.complete());
        for (const MapFinding& finding : cycles.network) {
            if (!finding.cycle) {
                continue;
            }
            const MapCycle& cycle = *finding.cycle;
            BOOST_TEST(cycle.mean_bound < 1e-8);
            BOOST_TEST(cycle.mean_error <= cycle.mean_bound);
            std::size_t at = 0;
            for (Index i = 0; i < n; ++i) {
                if (cycle.face[i] != UnitState::Free) {
                    const double rate = std::log(cycle.transverse_multipliers[at++]);
                    BOOST_TEST(std::abs(rate - measured_rate(system, cycle, i)) <=
                               1e-9 * std::max(1.0, std::abs(rate)));
                }
            }
            periods.push_back(cycle.period());
            ++seen;
        }
        for (const MapFinding& finding : cycles.network) {
            if (finding.motion == FaceVerdict::Chaotic && finding.mean_error >= 0) {
                BOOST_TEST(finding.mean_error <= finding.mean_bound + 1e-9);
            }
        }
    }
    BOOST_TEST(seen >= 60);
    BOOST_TEST(*std::max_element(periods.begin(), periods.end()) >= 8);
}

BOOST_AUTO_TEST_CASE(two_layers_of_a_strong_negative_weight_alternate) {
    const ResidualSystem system(Matrix{{-3.0}}, Activation::Tanh, 1.0);
    const Cycles cycles = find_cycles(system);
    BOOST_TEST(cycles.faces.size() == 1U);
    const FaceMotions& face = on(cycles, "F");
    BOOST_TEST((face.flow == FaceVerdict::Settles));
    BOOST_TEST((face.network == FaceVerdict::Cycle));
    BOOST_REQUIRE(face.flips.size() == 1U);
    BOOST_TEST(face.flips.front() == 2.0 / 3.0, boost::test_tools::tolerance(1e-14));
    BOOST_REQUIRE(cycles.cycle_count(Clock::Map) == 1);
    BOOST_TEST(cycles.network.front().cycle->period() == 2);
    BOOST_TEST(cycles.cycle_count(Clock::Flow) == 0);
}

BOOST_AUTO_TEST_CASE(a_flip_gives_birth_at_its_exact_step_with_an_amplitude_of_a_square_root) {
    // u ← u + h w tanh u, w < 0: 2u = h |w| tanh u, u² ≈ 3 (h/h* − 1) above h* = 2/|w|.
    const double w = -3.0;
    const double birth = -2.0 / w;
    const auto amplitude = [&](double share) {
        const ResidualSystem system(Matrix{{w}}, Activation::Tanh, birth * (1.0 + share));
        const Cycles cycles = find_cycles(system, {.flow = false, .starts = 2});
        return cycles.cycle_count(Clock::Map) == 1 ? std::abs(cycles.network.front().cycle->u(0, 0))
                                                   : 0.0;
    };
    BOOST_TEST(amplitude(-1e-3) == 0.0);
    for (const double share : {1e-2, 1e-3}) {
        BOOST_TEST(amplitude(share) == std::sqrt(3.0 * share),
                   boost::test_tools::tolerance(2.0 * share));
    }
}

BOOST_AUTO_TEST_CASE(a_load_and_large_steps_lead_to_chaos_with_the_known_mean) {
    // Unit 1 is High for good and drives unit 0, whose mean is 1/3 whatever it does.
    const ResidualSystem system(Matrix{{-6.0, 2.0}, {0.0, 1.0}}, Activation::Logistic, 2.6);
    const Cycles cycles = find_cycles(system, {.flow = false});
    const FaceMotions& face = on(cycles, "FH");
    BOOST_TEST((face.network == FaceVerdict::Chaotic));
    const auto chaos =
        std::find_if(cycles.network.begin(), cycles.network.end(),
                     [](const MapFinding& f) { return f.motion == FaceVerdict::Chaotic; });
    BOOST_REQUIRE(chaos != cycles.network.end());
    BOOST_TEST(chaos->exponents->exponents[0] > 3.0 * chaos->exponents->standard_errors[0]);
    BOOST_TEST(chaos->mean_error <= chaos->mean_bound + 1e-12);
    BOOST_TEST(chaos->mean_bound < 1e-2);
}

BOOST_AUTO_TEST_CASE(invariant_circles_beyond_neimark_and_sacker_are_told_from_decay) {
    // Multipliers 1 + h (a ± i): |1 + ha|² + h² > 1 for h above h* = −2a/(a² + 1).
    const double a = -0.3;
    const double onset = -2.0 * a / (a * a + 1.0);
    const auto verdict = [&](double h) {
        const ResidualSystem system(Matrix{{a, 1.0}, {-1.0, a}}, Activation::Tanh, h);
        return find_cycles(system, {.flow = false, .starts = 2}).faces;
    };
    const auto of_cube = [](const std::vector<FaceMotions>& faces) {
        return *std::find_if(faces.begin(), faces.end(), [](const FaceMotions& f) {
                    return to_string(f.face.pattern) == "FF";
                })->network;
    };
    BOOST_TEST((of_cube(verdict(0.9 * onset)) == FaceVerdict::Settles));
    BOOST_TEST((of_cube(verdict(0.999 * onset)) == FaceVerdict::Settles));
    BOOST_TEST((of_cube(verdict(1.1 * onset)) == FaceVerdict::TorusLike));
}

BOOST_AUTO_TEST_CASE(flow_cycles_have_the_mean_and_the_rates_of_the_equilibrium) {
    Random random(8);
    // Random weights seldom have cycles of the flow: those about a system that has one do.
    const NamedSystem& turning = named_system("limit-cycle");
    std::vector<ResidualSystem> systems;
    for (int k = 0; k < 12; ++k) {
        const Index n = turning.W.rows();
        systems.emplace_back(turning.W + random.normal_matrix(n, n, 0.02 * k), turning.activation);
    }
    Index seen = 0;
    for (const ResidualSystem& system : systems) {
        const Cycles cycles = find_cycles(system, {.network = false, .starts = 2});
        for (const MotionFinding& finding : cycles.flow) {
            if (finding.motion != Motion::LimitCycle) {
                continue;
            }
            const Vector mean = finding.orbit_y.rowwise().mean();
            const auto face = std::find_if(
                cycles.faces.begin(), cycles.faces.end(),
                [&](const FaceMotions& one) { return one.face.pattern == finding.face; });
            if (face == cycles.faces.end()) {
                continue;  // on a subface that cannot attract from the open cube
            }
            ++seen;
            // 400 equal steps of time: the mean of a smooth periodic motion.
            BOOST_TEST((mean - face->face.y).lpNorm<Eigen::Infinity>() < 1e-5);
            for (const double rate : finding.transverse_rates) {
                BOOST_TEST(rate <= 0.0);
            }
        }
    }
    BOOST_TEST(seen >= 6);
}

BOOST_AUTO_TEST_CASE(the_image_under_a_change_of_sign_is_listed_with_its_original) {
    // Period 2 inside, each of its points kept by y → −y: one cycle. Two units apart: images.
    const ResidualSystem system(Matrix{{-3.0, 2.0}, {0.0, 1.0}}, Activation::Tanh, 1.2);
    const Cycles cycles = find_cycles(system, {.flow = false});
    for (const MapFinding& finding : cycles.network) {
        if (!finding.cycle) {
            continue;
        }
        const MapCycle& cycle = *finding.cycle;
        const bool has_image =
            std::any_of(cycles.network.begin(), cycles.network.end(), [&](const MapFinding& other) {
                if (!other.cycle || other.cycle->period() != cycle.period()) {
                    return false;
                }
                double farthest = 0.0;
                for (Index n = 0; n < cycle.period(); ++n) {
                    const Matrix apart = other.cycle->y.colwise() + cycle.y.col(n);
                    farthest = std::max(farthest, apart.cwiseAbs().colwise().maxCoeff().minCoeff());
                }
                return farthest < 1e-6;
            });
        BOOST_TEST(has_image);
    }
    BOOST_TEST(cycles.cycle_count(Clock::Map) >= 2);
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_finds_the_same) {
    Random random(4);
    const ResidualSystem system(random.normal_matrix(4, 4, 1.5), Activation::Tanh, 1.0);
    const Cycles one = find_cycles(system, {.threads = 1});
    const Cycles two = find_cycles(system, {.threads = 2});
    BOOST_REQUIRE(one.network.size() == two.network.size());
    BOOST_REQUIRE(one.flow.size() == two.flow.size());
    for (std::size_t k = 0; k < one.network.size(); ++k) {
        BOOST_TEST(one.network[k].evidence == two.network[k].evidence);
        BOOST_TEST(one.network[k].starts == two.network[k].starts);
    }
}

BOOST_AUTO_TEST_CASE(what_the_work_allowed_does_not_reach_is_counted) {
    Random random(6);
    const ResidualSystem system(random.normal_matrix(4, 4, 1.5), Activation::Tanh, 0.5);
    CycleSearchOptions options{.flow = false, .starts = 1};
    const Cycles all = find_cycles(system, options);
    BOOST_TEST_REQUIRE(all.faces_searched >= 2);
    BOOST_TEST(all.faces_not_searched == 0);
    double predicted = 0.0;
    Index searched = 0;
    for (const FaceMotions& face : all.faces) {
        if (face.searched) {
            predicted += predicted_seconds(
                static_cast<Index>(face.face.pattern.free_units().size()), options);
            options.max_seconds = predicted * (1.0 + 1e-12);
            const Cycles some = find_cycles(system, options);
            BOOST_TEST(some.faces_searched == ++searched);
            BOOST_TEST(some.faces_searched + some.faces_not_searched == all.faces_searched);
        }
    }
}

BOOST_AUTO_TEST_CASE(unbounded_activations_and_wrong_options_are_refused) {
    const ResidualSystem relu(Matrix{{-1.0}}, Activation::ReLU);
    BOOST_CHECK(says(refusal([&] { find_cycles(relu); }), "bounded"));
    const ResidualSystem system(Matrix{{-1.0}}, Activation::Tanh);
    BOOST_CHECK(says(refusal([&] { find_cycles(system, {.max_period = 0}); }), "max_period"));
    BOOST_CHECK(says(refusal([&] { find_cycles(system, {.starts = 0}); }), "starts"));
}

BOOST_AUTO_TEST_SUITE_END()
