// What is proved within a budget, against the routes it is made of, and what is said of it.
#include <boost/test/unit_test.hpp>

#include <csignal>

#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/studies/proofs.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::bare_network;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(proofs_)

namespace {

/// x + h A f(Bx + b) of width 20 with m residuals, and three classes.
ResidualNetwork two_matrices(Index m, std::uint64_t seed, Activation f) {
    Random random(seed);
    ResidualNetwork network;
    network.activation = f;
    network.step = 0.3;
    network.depth = 5;
    ResidualBlock block{random.normal_matrix(m, 20, 0.5), random.uniform_vector(m, -1, 1), {}};
    block.A = random.normal_matrix(20, m, 0.5);
    network.blocks = {block};
    network.readout = {random.normal_matrix(3, 20, 1.0), random.uniform_vector(3, -1, 1)};
    return network;
}

std::string text_of(const NetworkProofs& proofs) {
    std::string text;
    for (const std::string& sentence : describe(proofs)) {
        text += sentence + " ";
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(atlas_and_attracting_faces_agree) {
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        for (const std::uint64_t seed : {1, 2, 3, 4}) {
            const ResidualNetwork network = two_matrices(6, seed, f);
            const NetworkProofs found = prove(network);
            BOOST_TEST_CONTEXT(to_string(f) << ", seed " << seed) {
                BOOST_REQUIRE(found.atlas.has_value());
                BOOST_REQUIRE(found.attracting.has_value());
                BOOST_TEST(found.two_matrices);
                BOOST_TEST(found.attracting->complete());
                BOOST_REQUIRE(found.certificate.has_value());
                BOOST_TEST((found.certificate->claim == CertificateClaim::AttractingFacesComplete));
                BOOST_TEST(found.certificate->proof.has_value());
                BOOST_TEST(found.certificate->equilibria.size() +
                               found.certificate->continua.size() ==
                           found.attracting->count());
                BOOST_TEST(
                    found.attracting->isolated ==
                    static_cast<std::uint64_t>(found.atlas->counts.not_transversally_unstable));
                BOOST_TEST(found.atlas->counts.total ==
                           equilibrium_atlas(residual_system(network)).counts.total);
                BOOST_TEST(found.evidence.size() == found.attracting->faces.size());
                BOOST_TEST(!found.stable.has_value());
                BOOST_TEST(found.origin.has_value() == (f == Activation::Logistic));
                BOOST_TEST(found.passed_over.empty());
                BOOST_TEST(found.directions.has_value() == (f == Activation::Logistic));
                if (found.directions) {
                    BOOST_TEST((found.directions->repelling > 0) ==
                               (found.origin->stable == Decision::No));
                    BOOST_TEST(found.direction_evidence.size() ==
                               found.directions->directions.size());
                }
                // tanh: at least one face can attract (Brouwer).
                BOOST_TEST((f == Activation::Logistic || found.attracting->count() >= 1));
                const std::string text = text_of(found);
                BOOST_TEST(says(text, "Proved for the stored weights (W = BA in rationals)",
                                "Left open:"));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(only_the_origin) {
    const NetworkProofs found = prove(bare_network(-Matrix::Ones(3, 3)));
    BOOST_REQUIRE(found.attracting.has_value());
    BOOST_TEST(found.attracting->only_origin());
    const std::string text = text_of(found);
    BOOST_TEST(says(text, "no input's residuals converge to an equilibrium other than y = 0",
                    "In the flow every input's residuals converge to y = 0",
                    "The origin y = 0 in the flow, as an equilibrium: stable, proved",
                    "attracts the open cube: yes, proved",
                    "The origin is asymptotically stable, proved", "4 families of directions"));
    BOOST_TEST(says(headline(found), "no input's residuals end at an equilibrium other than y = 0",
                    "in the flow all of them go to y = 0", "is an interpretation"));
    // Two winners: two vertices attract, and the sentence does not say "no input".
    const NetworkProofs winners = prove(bare_network(Matrix{{1.0, -2.0}, {-2.0, 1.0}}));
    BOOST_TEST(!winners.attracting->only_origin());
    BOOST_TEST(says(headline(winners), "end in one of 3 faces"));
    BOOST_TEST(says(text_of(winners), "then it is one of 3 faces",
                    "2 of the 4 isolated equilibria are hyperbolically stable"));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_the_budget_is_named) {
    const ResidualNetwork network = two_matrices(18, 5, Activation::Logistic);
    const NetworkProofs none = prove(network, {.seconds = 0.0});
    BOOST_TEST(!none.any());
    BOOST_TEST(describe(none).empty());
    BOOST_TEST(headline(none).empty());
    const NetworkProofs little = prove(network, {.seconds = 1e-6});
    BOOST_TEST(!little.any());
    BOOST_TEST(little.passed_over.size() == 4);
    const std::string text = text_of(little);
    BOOST_TEST(says(text, "The faces that can attract: about",
                    "The complete atlas:", "Every hyperbolically stable equilibrium: about",
                    "The origin, direction by direction: about", "--proof-time"));
}

BOOST_AUTO_TEST_CASE(inputs_are_followed_to_the_origin_within_the_budget) {
    const ResidualNetwork network = bare_network(Matrix{{-1.0, -2.0}, {-3.0, 1.0}});
    // Two starts that decay with unit 0, one that ends at (0, 1).
    const Matrix x0{{0.0, -5.0, 1.0}, {-5.0, 3.0, -8.0}};
    const NetworkProofs found = prove(network, {}, x0);
    BOOST_REQUIRE(found.ends.has_value());
    BOOST_TEST(found.ends->inputs.size() == 3U);
    BOOST_TEST(found.ends->count(DecayVerdict::EndsAtOrigin) == 2);
    BOOST_TEST(says(text_of(found), "2 of 3 inputs tried end at the origin", "Not proved for 1"));
    // As many as are asked for or fit, and it says so.
    const NetworkProofs one = prove(network, {.inputs = 1}, x0);
    BOOST_TEST(one.ends->inputs.size() == 1U);
    BOOST_TEST(says(text_of(one), "1 of 3 inputs were followed"));
    const double step = decay_step_seconds(2);
    const NetworkProofs some = prove(network, {.seconds = 1500 * step}, x0.replicate(1, 20));
    BOOST_REQUIRE(some.ends.has_value());
    BOOST_TEST(some.ends->inputs.size() == 16U);  // they are begun sixteen at a time
    BOOST_TEST(says(text_of(some), "16 of 60 inputs were followed, what --proof-time holds"));
    const NetworkProofs none = prove(network, {.seconds = 900 * step}, x0);
    BOOST_TEST(!none.ends.has_value());
    // Without inputs, or without a stable direction, there is nothing to follow.
    BOOST_TEST(!prove(network).ends.has_value());
    BOOST_TEST(!prove(bare_network(-Matrix::Ones(2, 2)), {}, x0).ends.has_value());
}

BOOST_AUTO_TEST_CASE(an_interrupt_ends_the_proofs_and_nothing_else) {
    const InterruptScope interrupts;
    std::raise(SIGINT);
    const NetworkProofs cut = prove(bare_network(-Matrix::Ones(3, 3)));
    BOOST_TEST(!cut.any());
    BOOST_TEST(says(text_of(cut), "interrupted"));
    BOOST_TEST(!interrupt_requested());
}

BOOST_AUTO_TEST_CASE(wrong_calls_are_refused) {
    ResidualNetwork own = bare_network(-Matrix::Ones(3, 3));
    own.blocks.assign(5, own.blocks.front());
    BOOST_TEST(says(refusal([&] { prove(own); }), "shared weights and a bounded activation"));
    BOOST_TEST(says(refusal([&] { prove(bare_network(-Matrix::Ones(3, 3), Activation::ReLU)); }),
                    "bounded activation"));
    BOOST_TEST(says(refusal([&] { prove(bare_network(-Matrix::Ones(3, 3)), {.seconds = -1.0}); }),
                    "seconds >= 0"));
}

BOOST_AUTO_TEST_SUITE_END()
