// A network made small: the one call, and what its parts say, against the routes it is made of.
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <set>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/studies/reduction.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(reduction_)

namespace {

Dataset points(Index width, Index count, std::uint64_t seed) {
    Random random(seed);
    Dataset data;
    data.name = "points";
    data.inputs = random.normal_matrix(width, count, 1.0).cast<float>();
    data.classes = 3;
    data.labels.resize(count);
    for (Index j = 0; j < count; ++j) {
        data.labels[j] = static_cast<int>(random.below(3));
    }
    return data;
}

ResidualNetwork network(Activation f, Index n = 6, bool two_matrices = false) {
    Random random(12);
    ResidualNetwork result;
    result.activation = f;
    result.step = 0.3;
    result.depth = 6;
    const Index m = two_matrices ? 9 : n;
    ResidualBlock block{random.normal_matrix(m, n, 0.7), random.uniform_vector(m, -1, 1), {}};
    if (two_matrices) {
        block.A = random.normal_matrix(n, m, 0.5);
    }
    result.blocks = {block};
    result.readout = {random.normal_matrix(3, n, 1.0), random.uniform_vector(3, -1, 1)};
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(ranks_bring_the_network_back_and_their_equilibria_are_roots) {
    for (const bool two : {false, true}) {
        const ResidualNetwork original = network(Activation::Tanh, 6, two);
        const Dataset data = points(6, 400, 1);
        const RankStudy study = study_ranks(original, data, {.ranks = {1, 2, 3, 6}, .threads = 2});
        BOOST_TEST(study.ranks.size() == 4U);
        for (const LowRankReport& report : study.ranks) {
            BOOST_TEST_CONTEXT("rank " << report.network.rank) {
                BOOST_TEST(report.rounding < 1e-13);
                BOOST_TEST(report.evidence.size() == report.roots.roots.size());
                const Matrix QtA = two ? Matrix(report.network.Q.transpose() * *original.block(0).A)
                                       : Matrix(report.network.Q.transpose());
                for (std::size_t k = 0; k < report.roots.roots.size(); ++k) {
                    // z' = QᵀA f(Pz + b), written out.
                    const Vector& z = report.roots.roots[k].x;
                    const Vector y = activate(Activation::Tanh,
                                              Vector(report.network.P * z + original.block(0).b));
                    BOOST_TEST((QtA * y).lpNorm<Eigen::Infinity>() < 1e-10);
                    const Vector rate = original.step * original.readout.M *
                                        (two ? Vector(*original.block(0).A * y) : y);
                    BOOST_TEST((report.evidence[k].rate - rate).norm() < 1e-12 * (1 + rate.norm()));
                }
                const Index r = report.network.rank;
                BOOST_TEST(report.portraits.size() == (r == 2 ? 1U : r == 3 ? 3U : 0U));
                for (const PhasePortrait& portrait : report.portraits) {
                    BOOST_TEST(!portrait.complete);
                    BOOST_TEST(portrait.trajectories.size() == 24U);
                    BOOST_TEST(says(portrait.notes.back(), "not proved complete"));
                    BOOST_TEST(portrait.notes.back() == describe_equilibria(report));
                }
            }
        }
        BOOST_TEST(study.ranks.back().agreement.agreement.value == 1.0);
        BOOST_TEST(study.ranks.back().kept == 1.0);
        BOOST_TEST(study.ranks.back().agreement.by_layer.back().relative.mean < 1e-5);
        BOOST_TEST(study.ranks.front().agreement.by_layer.back().relative.mean >
                   study.ranks.back().agreement.by_layer.back().relative.mean);
    }
}

BOOST_AUTO_TEST_CASE(the_equilibrium_of_a_matrix_of_rank_one_is_found_where_it_must_be) {
    // q = (1, 1)/√2: z' = (tanh(√2 z + b_0) + tanh(√2 z + b_1))/√2 vanishes at z = −(b_0 + b_1)/√8
    // alone, and rises there: unstable.
    ResidualNetwork original;
    original.activation = Activation::Tanh;
    original.step = 0.2;
    original.depth = 4;
    original.blocks = {{Matrix::Constant(2, 2, 1.0), Vector{{0.3, 0.5}}, {}}};
    original.readout = {Matrix::Identity(2, 2), Vector::Zero(2)};
    Dataset data = points(2, 100, 3);
    data.labels = data.labels.cwiseMin(1);
    data.classes = 2;
    const RankStudy study = study_ranks(original, data, {.ranks = {1}});
    const RootSearchResult& roots = study.ranks.front().roots;
    BOOST_TEST(roots.roots.size() == 1U);
    BOOST_TEST(std::abs(roots.roots.front().x[0] + 0.8 / std::sqrt(8.0)) < 1e-12);
    BOOST_TEST(roots.roots.front().spectrum.unstable == 1);
}

BOOST_AUTO_TEST_CASE(a_variable_that_moves_one_way_for_ever_leaves_no_equilibrium) {
    // A positive matrix has a positive singular vector (Perron, Frobenius): z_0' > 0 where f > 0.
    for (const Activation f : {Activation::Logistic, Activation::Softplus, Activation::Tanh}) {
        ResidualNetwork original = network(f);
        Matrix& W = original.blocks.front().W;
        W = W.cwiseAbs();
        original.step = 0.05;
        const Dataset data = points(6, 60, 3);
        const RankStudy study = study_ranks(original, data, {.ranks = {1, 2, 4}});
        for (const LowRankReport& report : study.ranks) {
            const bool proved = f != Activation::Tanh;
            BOOST_TEST(report.monotone.has_value() == proved);
            if (proved) {
                BOOST_TEST(report.monotone->variable == 0);
                BOOST_TEST(report.monotone->grows);
                BOOST_TEST(report.roots.roots.empty());
                BOOST_TEST(says(describe_equilibria(report), "Proved", "z_0 grows"));
                const ResidualNetwork& flow = report.network.flow;
                const LayerStates z =
                    run_layers(flow, initial_activity(flow, data.inputs.cast<double>()));
                for (std::size_t n = 1; n < z.x.size(); ++n) {
                    BOOST_TEST((z.x[n].row(0) - z.x[n - 1].row(0)).minCoeff() > 0.0);
                }
                BOOST_TEST((report.network.rank != 2 || report.portraits.front().complete));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_portrait_of_two_variables_is_that_of_the_network_itself) {
    // Of rank 2 with two units nothing is left out: trajectories are those of the original.
    const ResidualNetwork original = network(Activation::Logistic, 2);
    const Dataset data = points(2, 60, 5);
    const RankStudy study = study_ranks(original, data, {.ranks = {2}, .trajectories = 5});
    const LowRankReport& report = study.ranks.front();
    const PhasePortrait& portrait = report.portraits.front();
    const Matrix inputs = data.draw(5, 1).inputs.cast<double>();
    const LayerStates states = run_layers(original, inputs);
    for (std::size_t k = 0; k < 5; ++k) {
        for (std::size_t n = 0; n < states.x.size(); ++n) {
            const Vector expected =
                report.network.Q.transpose() * states.x[n].col(static_cast<Index>(k));
            BOOST_TEST(
                (portrait.trajectories[k].layers.col(static_cast<Index>(n)) - expected).norm() <
                1e-12 * (1 + expected.norm()));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_proved_is_proved_of_the_imitation_and_said_so) {
    const Network original = network(Activation::Logistic);
    const Dataset training = points(6, 400, 1);
    const Dataset test = points(6, 300, 2);
    ReductionOptions options{.hidden_units = {2, 5}};
    options.imitation = {.epochs = 30, .rate = {.rate = 0.02}};
    std::set<std::string> imitations;
    std::vector<double> shares;
    options.on_part = [&](const std::string& name, double share) {
        imitations.insert(name.substr(0, name.find(" · ")));
        shares.push_back(share);
    };
    const Reduction result = reduce(original, &training, test, options);
    BOOST_TEST(!result.ranks);
    BOOST_TEST((imitations ==
                std::set<std::string>{"imitation with 2 residuals", "imitation with 5 residuals"}));
    BOOST_TEST(shares.size() > 60U);  // the epochs of both
    BOOST_TEST(std::is_sorted(shares.begin(), shares.end()));
    BOOST_TEST(shares.front() == 0.0);
    BOOST_TEST(shares.back() <= 1.0);
    BOOST_TEST(result.imitations.size() == 2U);
    for (const ImitationReport& report : result.imitations) {
        BOOST_TEST(report.imitation.network.hidden_width() == report.hidden_units);
        BOOST_TEST(report.proofs.has_value());
        const std::vector<std::string> sentences = describe(report);
        BOOST_TEST(says(sentences.front(), "of the imitation with"));
        BOOST_TEST(says(sentences.front(), "not of the original"));
        const std::vector<std::string> alone = describe(prove(report.imitation.network));
        BOOST_TEST(std::vector<std::string>(sentences.begin() + 1, sentences.end()) == alone,
                   boost::test_tools::per_element());
        const NetworkAgreement again =
            agreement(original, report.imitation.network, test.inputs, test.labels);
        BOOST_TEST(report.agreement.agreement.value == again.agreement.value);
        BOOST_TEST(report.agreement.agreement.samples == 300);
    }
    BOOST_TEST(result.accuracy.value ==
               result.imitations.front().agreement.original_accuracy.value);
    BOOST_TEST(result.imitations[1].agreement.agreement.value > 0.85);
}

BOOST_AUTO_TEST_CASE(an_atlas_of_singular_faces_is_passed_over_by_name) {
    const Network original = network(Activation::Logistic, 2);
    const Dataset data = points(2, 60, 1);
    ReductionOptions options{.hidden_units = {12}};
    options.imitation.epochs = 1;
    options.proofs.seconds = 1.0;
    const Reduction result = reduce(original, &data, data, options);
    const NetworkProofs& proofs = *result.imitations.front().proofs;
    BOOST_TEST(!proofs.atlas);
    bool named = false;
    for (const std::string& reason : proofs.passed_over) {
        named = named || says(reason, "complete atlas", "rank 2 at most");
    }
    BOOST_TEST(named);
}

BOOST_AUTO_TEST_CASE(where_nothing_can_be_proved_the_reason_stands) {
    const Network original = network(Activation::ReLU);
    const Dataset data = points(6, 100, 1);
    ReductionOptions options{.hidden_units = {2}};
    options.imitation.epochs = 1;
    Reduction result = reduce(original, &data, data, options);
    BOOST_TEST(!result.imitations.front().proofs);
    BOOST_TEST(says(describe(result.imitations.front()).back(), "bounded activations"));
    options.imitation.activation = Activation::Logistic;
    BOOST_TEST(reduce(original, &data, data, options).imitations.front().proofs.has_value());
    options.proofs.seconds = 0;
    result = reduce(original, &data, data, options);
    BOOST_TEST(says(describe(result.imitations.front()).back(), "budget of 0"));
}

BOOST_AUTO_TEST_CASE(an_interrupt_ends_the_call_with_the_imitation_that_ran) {
    const Network original = network(Activation::Logistic);
    const Dataset data = points(6, 100, 1);
    ReductionOptions options{.hidden_units = {2, 3}};
    options.imitation.stop_requested = [] { return true; };
    const Reduction result = reduce(original, &data, data, options);
    BOOST_TEST(result.imitations.size() == 1U);
    BOOST_TEST((result.imitations.front().imitation.outcome == TrainOutcome::Interrupted));
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused_before_any_work) {
    const ResidualNetwork original = network(Activation::Logistic);
    const Dataset data = points(6, 100, 1);
    const auto refused = [&](const Network& any, const Dataset* training,
                             const ReductionOptions& options) {
        return refusal<std::invalid_argument>([&] { reduce(any, training, data, options); });
    };
    BOOST_TEST(says(refused(original, &data, {}), "neither"));
    BOOST_TEST(says(refused(original, nullptr, {.hidden_units = {4}}), "none"));
    BOOST_TEST(says(refused(original, &data, {.hidden_units = {4, 0}}), "hidden_units"));
    ReductionOptions ranks;
    ranks.rank = RankStudyOptions{.ranks = {7}};
    BOOST_TEST(says(refused(original, nullptr, ranks), "1 to 6"));
    ResidualNetwork own = original;
    own.blocks.resize(6, own.blocks.front());
    BOOST_TEST(says(refused(own, nullptr, ranks), "own weights"));
    Perceptron perceptron{.activation = Activation::Tanh,
                          .depth = 1,
                          .layers = {{Matrix::Identity(6, 6), Vector::Zero(6)}},
                          .readout = original.readout,
                          .input = {}};
    BOOST_TEST(says(refused(perceptron, nullptr, ranks), "a perceptron"));
}

BOOST_AUTO_TEST_SUITE_END()
