// The evidence of a search as text: the language of its lines, the order, what it refuses.
#include <resdyn/stable/search_proof.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/stable/attracting_faces.hpp>
#include <resdyn/stable/certificate.hpp>
#include <resdyn/stable/stable_equilibria.hpp>

#include "numerics/exact.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(search_proof_)

namespace {

using Lines = std::vector<std::string>;

NodeProof leaf(std::vector<std::uint8_t> states) {
    NodeProof node;
    node.states = std::move(states);
    node.end = NodeProof::End::Leaf;
    return node;
}

NodeProof branch(std::vector<std::uint8_t> states, Index unit, std::vector<ProofStep> steps = {}) {
    NodeProof node = leaf(std::move(states));
    node.end = NodeProof::End::Branch;
    node.branch_unit = unit;
    node.steps = std::move(steps);
    return node;
}

/// Nodes of a tree in preorder: every line that branches has as many children as its unit has
/// states left, which `states` keeps track of.
std::size_t walk(const Lines& lines, std::size_t at, std::vector<std::string> states) {
    std::istringstream line(lines.at(at++));
    for (std::string word; line >> word;) {
        if (word[0] == 'b') {
            const auto unit = static_cast<std::size_t>(std::stoi(word.substr(1)));
            BOOST_TEST(states.at(unit).size() > 1U);
            const std::string left = states[unit];
            for (const char letter : left) {
                states[unit] = letter;
                at = walk(lines, at, states);
            }
        } else if (std::isdigit(static_cast<unsigned char>(word[0])) != 0) {
            std::size_t end = 0;
            const auto unit = static_cast<std::size_t>(std::stoi(word, &end));
            std::erase(states.at(unit), word.at(end));
        }
    }
    return at;
}

}  // namespace

BOOST_AUTO_TEST_CASE(lines_say_steps_and_end) {
    ProofTree tree;
    const std::vector<std::uint8_t> root{3, 7};
    NodeProof given_up = leaf({1, 5});
    given_up.end = NodeProof::End::Excluded;
    given_up.steps = {{1, UnitState::Free, {{0, -1.0}}},
                      {-1, UnitState::Low, {{0, 3.0}, {1, -12}}}};
    // Parents before children; between branches in any order.
    tree.add(branch(root, 0, {{1, UnitState::High, {{0, 0.75}, {1, -std::ldexp(1.0, -40)}}}}));
    BOOST_CHECK_THROW(tree.proof(), std::logic_error);  // two children are missing
    tree.add(leaf({2, 5}));
    tree.add(given_up);
    const SearchProof proof = tree.proof().value();
    BOOST_TEST(!proof.split);
    BOOST_TEST((proof.start == Lines{"LH", "LHF"}));
    BOOST_TEST((proof.lines == Lines{"1H+824633720832*0-1 b0", "1F-0 +3*0-12*1 x", "."}));
    ProofTree by_trace;
    by_trace.add(branch({7}, 0, {{0, UnitState::Free, {}}}));
    by_trace.add(leaf({1}));
    by_trace.add(leaf({2}));
    BOOST_TEST((by_trace.proof()->lines == Lines{"0Ft b0", ".", "."}));
}

BOOST_AUTO_TEST_CASE(a_whole_search_in_preorder) {
    Random random(71);
    std::size_t nodes = 0;
    for (int k = 0; k < 12; ++k) {
        const Index n = 4 + static_cast<Index>(random.below(8));
        const bool logistic = k % 2 == 0;
        const ResidualSystem system(random.normal_matrix(n, n, 1.0),
                                    logistic ? Activation::Logistic : Activation::Tanh);
        ProofTree tree;
        const AttractingFaces search =
            attracting_faces(system, {.on_proof = [&](const NodeProof& node) { tree.add(node); }});
        const SearchProof proof = tree.proof().value();
        BOOST_TEST(proof.split);
        BOOST_TEST((proof.start == Lines(static_cast<std::size_t>(n), "LHF")));
        BOOST_TEST(proof.lines.size() == search.work.nodes);
        std::size_t at = 0;
        Lines before = proof.start;
        for (Index i = 0; i <= n; ++i) {
            Lines states = before;
            if (i < n) {
                states[static_cast<std::size_t>(i)] = "H";
                before[static_cast<std::size_t>(i)] = logistic ? "LF" : "F";
            } else if (logistic) {
                states.assign(static_cast<std::size_t>(n), "L");
            }
            at = walk(proof.lines, at, states);
        }
        BOOST_TEST(at == proof.lines.size());
        nodes += at;
        const Certificate certificate = certify(system, search, proof);
        BOOST_TEST((certificate.claim == CertificateClaim::AttractingFacesComplete));
        BOOST_TEST(certificate.equilibria.size() == search.isolated);
        BOOST_TEST(certificate.proof->lines.size() == at);
    }
    BOOST_TEST(nodes > 300U);
}

/// The multipliers of the evidence are whole numbers of few digits: most proofs have room.
BOOST_AUTO_TEST_CASE(multipliers_are_short) {
    const ResidualSystem system(Random(72).normal_matrix(24, 24, 1.0), Activation::Logistic);
    ProofTree tree;
    std::size_t multipliers = 0;
    const auto note = [&](const NodeProof& node) {
        tree.add(node);
        for (const ProofStep& step : node.steps) {
            for (const auto& [row, z] : step.multipliers) {
                BOOST_TEST((z != 0.0 && z == std::round(z)));
                ++multipliers;
            }
        }
    };
    stable_equilibria(system, {.on_proof = note});
    const SearchProof proof = tree.proof().value();
    std::size_t characters = 0;
    for (const std::string& line : proof.lines) {
        characters += line.size();
    }
    BOOST_TEST(multipliers > 1000U);
    BOOST_TEST(characters < 8 * multipliers);
}

BOOST_AUTO_TEST_CASE(what_is_not_whole_or_too_large_gives_no_proof) {
    const ResidualSystem system(Random(73).normal_matrix(12, 12, 1.0), Activation::Tanh);
    ProofTree part;
    const AttractingFaces cut = attracting_faces(
        system, {.max_nodes = 20, .on_proof = [&](const NodeProof& node) { part.add(node); }});
    BOOST_CHECK_THROW(part.proof(), std::logic_error);
    BOOST_TEST((certify(system, cut).claim == CertificateClaim::Listed));
    ProofTree small(100);
    attracting_faces(system, {.on_proof = [&](const NodeProof& node) { small.add(node); }});
    BOOST_TEST(small.too_large());
    BOOST_TEST(!small.proof().has_value());
    BOOST_TEST(!ProofTree().proof().has_value());
}

BOOST_AUTO_TEST_CASE(continua_carry_a_point_by_which_they_attract) {
    const NamedSystem& named = named_system("competing-zero-diagonal");
    const ResidualSystem system(named.W, named.activation);
    const Certificate certificate = certify(system, attracting_faces(system));
    BOOST_REQUIRE_EQUAL(certificate.continua.size(), 2U);
    for (const CertifiedContinuum& item : certificate.continua) {
        const Index free = item.pattern.free_units().front();
        const auto& y = item.point.numerators;
        const exact::Integer inside(y[static_cast<std::size_t>(free)]);
        BOOST_TEST((inside > 0 && inside < exact::Integer(item.point.denominator)));
        BOOST_TEST((y[static_cast<std::size_t>(1 - free)] == "0"));
    }
    const AttractingFaces other =
        attracting_faces(ResidualSystem(Matrix{{-1.0, 0.5}, {0.5, -1.0}}, Activation::Tanh));  // FF
    BOOST_CHECK_THROW(certify(ResidualSystem(Matrix::Identity(2, 2) * 2.0 + Matrix::Ones(2, 2),
                                             Activation::Logistic),
                              other),
                      std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
