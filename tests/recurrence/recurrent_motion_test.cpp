// What moves for ever, on systems whose answer is known by proof: rest, a centre, a heteroclinic
// cycle, a limit cycle on a face, tori, and a chaotic network.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/recurrence/recurrent_motion.hpp>

#include "model/residual_jet.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(recurrent_motion_)

namespace {

ResidualSystem system_of(std::string_view name) {
    return {named_system(name).W, named_system(name).activation};
}

const MotionFinding& only(const RecurrentMotion& motion, Motion kind) {
    BOOST_REQUIRE(motion.count(kind) >= 1);
    return *std::find_if(motion.findings.begin(), motion.findings.end(),
                         [kind](const MotionFinding& f) { return f.motion == kind; });
}

}  // namespace

BOOST_AUTO_TEST_CASE(systems_that_rest_are_said_to_rest) {
    for (const char* name : {"one-unit", "winner-takes-all", "mutual-help", "false-repeller",
                             "competing-zero-diagonal", "dissipative", "hopfield"}) {
        const RecurrentMotion motion = resdyn::recurrent_motion(system_of(name));
        BOOST_TEST(motion.count(Motion::Settles) == static_cast<Index>(motion.findings.size()),
                   name);
    }
    const RecurrentMotion still =
        resdyn::recurrent_motion(ResidualSystem(Matrix::Zero(3, 3), Activation::Logistic));
    BOOST_TEST(still.count(Motion::Settles) == static_cast<Index>(still.findings.size()));
}

BOOST_AUTO_TEST_CASE(decay_to_a_proved_origin_is_no_torus) {
    for (const Matrix& W :
         {Matrix{{-1, -2, 0}, {0, -1, -2}, {-2, 0, -1}}, Matrix(-Matrix::Ones(3, 3)),
          Matrix{{-1, 0.5, 0}, {0, -1, 0.5}, {0.5, 0, -1}}}) {
        const RecurrentMotion motion =
            resdyn::recurrent_motion(ResidualSystem(W, Activation::Logistic));
        BOOST_TEST(motion.count(Motion::Settles) == static_cast<Index>(motion.findings.size()));
        BOOST_TEST(to_string(*motion.findings.front().rest) == "LLL");
        BOOST_TEST(motion.findings.front().evidence.find("proved") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(weak_foci_settle_or_are_undecided) {
    for (const double decay : {0.1, 0.01, 0.001}) {
        const RecurrentMotion motion = resdyn::recurrent_motion(
            ResidualSystem(Matrix{{-decay, 1}, {-1, -decay}}, Activation::Tanh));
        BOOST_TEST(motion.count(Motion::Settles) == static_cast<Index>(motion.findings.size()),
                   decay);
    }
    // Too weak for any run: an answer is not owed, and a torus is none.
    const RecurrentMotion motion =
        resdyn::recurrent_motion(ResidualSystem(Matrix{{-1e-6, 1}, {-1, -1e-6}}, Activation::Tanh));
    BOOST_TEST(motion.count(Motion::Undecided) == 1);
    // Three units, the third apart: the same in a space where tori exist.
    const RecurrentMotion three = resdyn::recurrent_motion(
        ResidualSystem(Matrix{{-1e-5, 1, 0}, {-1, -1e-5, 0}, {0, 0, -1}}, Activation::Tanh),
        {.max_faces = 1});
    BOOST_TEST(three.count(Motion::QuasiPeriodic) == 0);
}

BOOST_AUTO_TEST_CASE(two_free_units_never_fill_a_torus) {
    Random random(5);
    for (int k = 0; k < 12; ++k) {
        const Activation f = k % 2 == 0 ? Activation::Tanh : Activation::Logistic;
        const ResidualSystem system(random.normal_matrix(2, 2, 1.0), f);
        const RecurrentMotion motion = resdyn::recurrent_motion(system);
        BOOST_TEST(motion.count(Motion::QuasiPeriodic) == 0);
        BOOST_TEST(motion.count(Motion::Chaotic) == 0);
    }
}

BOOST_AUTO_TEST_CASE(the_conservative_pair_has_closed_orbits_and_no_limit_cycle) {
    const RecurrentMotion motion = resdyn::recurrent_motion(system_of("conservative-pair"));
    BOOST_TEST(motion.count(Motion::LimitCycle) == 0);
    const MotionFinding& centre = only(motion, Motion::ClosedOrbit);
    BOOST_TEST((centre.orbit->stability == OrbitStability::NonHyperbolic));
    BOOST_TEST(*centre.energy_drift < 1e-9);
    BOOST_TEST(!centre.attracts_in_cube);
}

BOOST_AUTO_TEST_CASE(the_heteroclinic_cycle_is_recognised_with_its_growth) {
    const RecurrentMotion motion = resdyn::recurrent_motion(system_of("heteroclinic-cycle"));
    BOOST_TEST((motion.face_theorem.verdict == RecurrenceVerdict::NoFace));
    BOOST_REQUIRE(motion.findings.size() == 1U);
    const MotionFinding& f = motion.findings.front();
    BOOST_TEST((f.motion == Motion::HeteroclinicCycle));
    BOOST_REQUIRE(f.cycle.has_value());
    const HeteroclinicCycle& cycle = motion.connections.cycles[*f.cycle];
    BOOST_TEST(f.measured_growth == cycle.growth, boost::test_tools::tolerance(0.01));
    const std::size_t last = f.stays.size() - 1;
    BOOST_TEST(f.stays[last].duration / f.stays[last - 2].duration == (5 + std::sqrt(13.0)) / 2,
               boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(a_limit_cycle_on_a_face_attracts_in_the_cube) {
    const ResidualSystem system = system_of("limit-cycle");
    const RecurrentMotion motion = resdyn::recurrent_motion(system);
    const MotionFinding& f = only(motion, Motion::LimitCycle);
    BOOST_TEST(to_string(f.face) == "FFH");
    BOOST_TEST(f.attracts_in_cube);
    BOOST_TEST(f.orbit->residual < 1e-9);
    BOOST_TEST(f.orbit->trivial_error < 1e-7);
    // Over a period the mean of y_F is the face's equilibrium (1/2, 1/4).
    const Vector mean = f.orbit_y.rowwise().mean();
    BOOST_TEST(mean[0] == 0.5, boost::test_tools::tolerance(1e-6));
    BOOST_TEST(mean[1] == 0.25, boost::test_tools::tolerance(1e-6));
    // Liouville in u: the other multiplier is exp ∫ Σ w_ii f'(u_i).
    double exponent = 0.0;
    for (Index k = 0; k < f.orbit_y.cols(); ++k) {
        for (const Index i : {0, 1}) {
            exponent += system.W()(i, i) * f.orbit_y(i, k) * (1 - f.orbit_y(i, k)) *
                        f.orbit->period / static_cast<double>(f.orbit_y.cols());
        }
    }
    const std::size_t other = f.orbit->trivial == 0 ? 1 : 0;
    BOOST_TEST(std::abs(f.orbit->multipliers[other]) == std::exp(exponent),
               boost::test_tools::tolerance(1e-4));
    // The same exponents by QR along the orbit.
    const FaceFlow flow(system, f.face);
    const LyapunovSpectrum s =
        lyapunov_exponents(flow, f.orbit->points.col(0), {.t_end = 100 * f.orbit->period});
    BOOST_TEST(std::abs(s.exponents[0]) < 5e-3);
    BOOST_TEST(s.exponents[1] == exponent / f.orbit->period, boost::test_tools::tolerance(0.02));
    // Every start of the cube's interior came to it.
    for (const MotionFinding& finding : motion.findings) {
        if (to_string(finding.searched) == "FFF") {
            BOOST_TEST((finding.motion == Motion::LimitCycle));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_tanh_cycle_has_its_mirror_image) {
    // The logistic limit cycle in t = 2y − 1, the constants written by unit 2: one on the face
    // where that is High, the other where it is Low.
    const Matrix L = named_system("limit-cycle").W;
    Matrix W(3, 3);
    for (Index i = 0; i < 2; ++i) {
        W.row(i) << L(i, 0), L(i, 1), L(i, 0) + L(i, 1) + 2 * L(i, 2);
    }
    W.row(2) << 0.0, 0.0, 4.0;
    const ResidualSystem system(W, Activation::Tanh);
    // Few starts, so that only one of the two is met by chance in some searches.
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        const RecurrentMotion motion =
            resdyn::recurrent_motion(system, {.max_faces = 1, .starts = 1, .seed = seed});
        std::vector<const MotionFinding*> cycles;
        for (const MotionFinding& f : motion.findings) {
            if (f.motion == Motion::LimitCycle) {
                cycles.push_back(&f);
            }
        }
        BOOST_TEST_REQUIRE(cycles.size() == 2U);
        BOOST_TEST(to_string(cycles[0]->face) != to_string(cycles[1]->face));
        BOOST_TEST((cycles[0]->orbit_y == -cycles[1]->orbit_y));
        BOOST_TEST(cycles[0]->starts + cycles[1]->starts == 1);
        // The image solves the same equation: its speed is that of y' = g(y) ∘ Wy.
        const MotionFinding& image = *cycles[1];
        const Index n = image.orbit_y.cols();
        const double dt = image.orbit->period / static_cast<double>(n);
        const Vector slope = (image.orbit_y.col(1) - image.orbit_y.col(n - 1)) / (2 * dt);
        const Vector speed = system.residual_velocity(image.orbit_y.col(0));
        BOOST_TEST((slope - speed).norm() < 0.05 * speed.norm());
    }
}

BOOST_AUTO_TEST_CASE(transverse_multipliers_follow_from_the_equilibrium) {
    // A third unit that does not hold itself: rate (Wy)_3 averages to its value at y*.
    Matrix W = named_system("limit-cycle").W;
    W.row(2) << 1.0, -3.0, 0.0;  // at y* = (1/2, 1/4): −1/4, so High is left
    const RecurrentMotion motion =
        resdyn::recurrent_motion(ResidualSystem(W, Activation::Logistic));
    bool seen = false;
    for (const MotionFinding& f : motion.findings) {
        if (f.motion == Motion::LimitCycle && to_string(f.face) == "FFH") {
            seen = true;
            BOOST_REQUIRE(f.transverse_rates.size() == 1U);
            BOOST_TEST(f.transverse_rates[0] == 0.25, boost::test_tools::tolerance(1e-12));
            BOOST_TEST(!f.attracts_in_cube);
            const Vector mean_rate = (W * f.orbit_y).rowwise().mean();
            BOOST_TEST(-mean_rate[2] == 0.25, boost::test_tools::tolerance(1e-5));
        }
    }
    BOOST_TEST(seen);
}

BOOST_AUTO_TEST_CASE(two_uncoupled_pairs_fill_a_torus) {
    Matrix W = Matrix::Zero(4, 4);
    W(0, 1) = 1;
    W(1, 0) = -1;
    W(2, 3) = 1.7;
    W(3, 2) = -1.7;
    const ResidualSystem system(W, Activation::Tanh);
    const RecurrentMotion motion = resdyn::recurrent_motion(
        system, {.max_faces = 1, .starts = 1, .connections = {.max_cycles = 10}});
    const MotionFinding& torus = only(motion, Motion::QuasiPeriodic);
    for (const double exponent : torus.exponents->exponents) {
        BOOST_TEST(std::abs(exponent) < torus.exponents->zero_floor);
    }
    BOOST_TEST(motion.faces_not_searched > 0);
    BOOST_TEST(!motion.connections.all_cycles);
}

BOOST_AUTO_TEST_CASE(the_strange_attractor_is_chaotic_on_its_face) {
    // Near the Low levels the face is the Volterra system x_i' = x_i Σ_j A_ij (1 − x_j), y = x/50,
    // of Arneodo, Coullet, Tresser, Phys. Lett. A 79 (1980) 259, whose attractor at α = 1.5 is
    // strange.
    const ResidualSystem system = system_of("strange-attractor");
    const RecurrentMotion motion = resdyn::recurrent_motion(system, {.starts = 1});
    const MotionFinding& chaos = only(motion, Motion::Chaotic);
    BOOST_TEST(to_string(chaos.face) == "FFFH");
    const LyapunovSpectrum& s = *chaos.exponents;
    BOOST_TEST(s.exponents[0] > 5 * s.standard_errors[0]);
    // An independent program (Runge–Kutta of order 4, Gram–Schmidt, 200,000 units of time): 0.02736
    // ± 0.00024, 0.00003 ± 0.00015, −0.51428 ± 0.00035.
    BOOST_TEST(s.target_reached);
    BOOST_TEST(s.standard_errors[0] <= 0.025 * s.exponents[0]);
    BOOST_TEST(std::abs(s.exponents[0] - 0.02736) <
               3.5 * std::hypot(s.standard_errors[0], 0.00024));
    BOOST_TEST(std::abs(s.exponents[2] + 0.51428) <
               3.5 * std::hypot(s.standard_errors[2], 0.00035));
    BOOST_TEST(std::abs(s.exponents[1]) < s.zero_floor);  // along the flow
    // Exactly: their sum is the mean divergence in u, and the mean of y is the face's equilibrium
    // up to ‖W_FF⁻¹‖ |u(T) − u(0)|/T.
    BOOST_TEST(s.divergence_error < 1e-7);
    BOOST_TEST(chaos.mean_error <= chaos.mean_bound + 1e-9);
    BOOST_TEST(chaos.mean_bound < 1e-4);
    BOOST_TEST(s.mean_observable[0] == 0.02, boost::test_tools::tolerance(1e-3));
    BOOST_TEST(motion.count(Motion::LimitCycle) == 0);
}

BOOST_AUTO_TEST_CASE(the_same_for_any_number_of_threads_and_refusals) {
    const RecurrentMotion one = resdyn::recurrent_motion(system_of("limit-cycle"), {.threads = 1});
    const RecurrentMotion two = resdyn::recurrent_motion(system_of("limit-cycle"), {.threads = 2});
    BOOST_REQUIRE(one.findings.size() == two.findings.size());
    for (std::size_t k = 0; k < one.findings.size(); ++k) {
        BOOST_TEST(one.findings[k].evidence == two.findings[k].evidence);
    }
    BOOST_TEST(says(refusal([] {
                        resdyn::recurrent_motion(
                            ResidualSystem(Matrix::Zero(9, 9), Activation::Tanh));
                    }),
                    "at most 8 units", "9"));
    BOOST_TEST(says(refusal([] {
                        resdyn::recurrent_motion(
                            ResidualSystem(Matrix::Zero(2, 2), Activation::ReLU));
                    }),
                    "relu"));
    BOOST_TEST(
        says(refusal([] { resdyn::recurrent_motion(system_of("limit-cycle"), {.starts = 0}); }),
             "starts"));
}

BOOST_AUTO_TEST_SUITE_END()
