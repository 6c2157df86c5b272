// Roles of the tensors of state dicts: names as PyTorch gives them, what is ambiguous, what is
// said.
#include <boost/test/unit_test.hpp>
#include <map>

#include <resdyn/core/error.hpp>
#include <resdyn/data/tensor_roles.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(tensor_roles_)

namespace {

using Roles = std::map<std::string, std::string>;

Roles roles_of(const TensorRoles& found) {
    Roles roles;
    for (const TensorRole& row : found.tensors) {
        roles[row.tensor.name] = row.role;
    }
    return roles;
}

/// Of tensors that must all get a role.
Roles taken(const std::vector<NamedTensor>& tensors, const SaidRoles& said = {}) {
    const TensorRoles found = tensor_roles(tensors, said);
    BOOST_TEST(found.trouble == "");
    for (const TensorRole& row : found.tensors) {
        BOOST_TEST(row.reason != "", row.tensor.name);
    }
    return roles_of(found);
}

std::string trouble(const std::vector<NamedTensor>& tensors, const SaidRoles& said = {}) {
    return tensor_roles(tensors, said).trouble;
}

std::string reason(const TensorRoles& found, const std::string& name) {
    for (const TensorRole& row : found.tensors) {
        if (row.tensor.name == name) {
            return row.reason;
        }
    }
    return "no such tensor";
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_matrix_a_layer) {
    const Roles roles = taken({{"blocks.0.weight", {3, 3}},
                               {"blocks.0.bias", {3}},
                               {"blocks.1.weight", {3, 3}},
                               {"blocks.1.bias", {3}},
                               {"readout.weight", {2, 3}},
                               {"readout.bias", {2}},
                               {"embed.weight", {3, 5}},
                               {"embed.bias", {3}}});
    BOOST_TEST((roles == Roles{{"blocks.0.weight", "W.0"},
                               {"blocks.0.bias", "b.0"},
                               {"blocks.1.weight", "W.1"},
                               {"blocks.1.bias", "b.1"},
                               {"readout.weight", "V"},
                               {"readout.bias", "c"},
                               {"embed.weight", "U"},
                               {"embed.bias", "e"}}));
}

BOOST_AUTO_TEST_CASE(eleven_layers_in_the_order_of_their_numbers) {
    std::vector<NamedTensor> tensors = {{"head.weight", {10, 4}}};
    for (int n = 0; n < 11; ++n) {
        tensors.push_back({"module.layers." + std::to_string(2 * n) + ".fc.weight", {4, 4}});
    }
    const TensorRoles found = tensor_roles(tensors);
    BOOST_TEST(found.trouble == "");
    BOOST_TEST(found.tensors[3].tensor.name == "module.layers.4.fc.weight");
    Roles roles = roles_of(found);
    // nn.Sequential counts activations too: 0, 2, 4, … are layers 0, 1, 2, ….
    BOOST_TEST(roles["module.layers.20.fc.weight"] == "W.10");
    BOOST_TEST(roles["module.layers.4.fc.weight"] == "W.2");
    BOOST_TEST(roles["head.weight"] == "V");
}

BOOST_AUTO_TEST_CASE(two_matrices_by_their_names_or_the_width_that_others_tell) {
    const auto two = [](const std::string& first, const std::string& second, Index M) {
        std::vector<NamedTensor> tensors;
        for (const char* block : {"blocks.0.", "blocks.1."}) {
            tensors.push_back({block + first + ".weight", {M, 3}});
            tensors.push_back({block + first + ".bias", {M}});
            tensors.push_back({block + second + ".weight", {3, M}});
            tensors.push_back({block + second + ".bias", {3}});
        }
        return tensors;
    };
    for (const Index M : {3, 7}) {  // square matrices too
        for (const auto& [first, second] :
             {std::pair("fc1", "fc2"), std::pair("linear1", "linear2"), std::pair("up", "down"),
              std::pair("mlp.0", "mlp.2")}) {
            BOOST_TEST_CONTEXT(first << ", M = " << M) {
                Roles roles = taken(two(first, second, M));
                BOOST_TEST(roles[std::string("blocks.1.") + first + ".weight"] == "B.1");
                BOOST_TEST(roles[std::string("blocks.1.") + first + ".bias"] == "b.1");
                BOOST_TEST(roles[std::string("blocks.0.") + second + ".weight"] == "A.0");
                BOOST_TEST(roles[std::string("blocks.0.") + second + ".bias"] == "a.0");
            }
        }
    }
    // Names that say nothing: which of the two comes first, N = 3 or N = 7?
    std::vector<NamedTensor> nameless = two("left", "right", 7);
    const TensorRoles ambiguous = tensor_roles(nameless);
    BOOST_TEST(says(ambiguous.trouble, "one way to read", "2"));
    BOOST_TEST(reason(ambiguous, "blocks.0.left.weight") == "could be A.0 or B.0");
    BOOST_TEST(roles_of(ambiguous)["blocks.0.left.weight"] == "");
    nameless.push_back({"last.weight", {2, 3}});  // N = 3
    BOOST_TEST(taken(nameless)["blocks.1.left.weight"] == "B.1");
    nameless.back().shape = {2, 7};
    BOOST_TEST(taken(nameless)["blocks.1.left.weight"] == "A.1");
}

BOOST_AUTO_TEST_CASE(a_chain_of_layers_by_shapes_and_order) {
    Roles roles = taken({{"net.0.weight", {16, 2}},
                         {"net.2.weight", {16, 16}},
                         {"net.4.weight", {16, 16}},
                         {"net.6.weight", {2, 16}}});
    BOOST_TEST(roles["net.0.weight"] == "U");
    BOOST_TEST(roles["net.2.weight"] == "W.0");
    BOOST_TEST(roles["net.4.weight"] == "W.1");
    BOOST_TEST(roles["net.6.weight"] == "V");
    roles = taken({{"fc1.weight", {16, 3}}, {"fc2.weight", {16, 16}}, {"fc3.weight", {2, 16}}});
    BOOST_TEST(roles["fc1.weight"] == "U");
    BOOST_TEST(roles["fc2.weight"] == "W");
    BOOST_TEST(roles["fc3.weight"] == "V");
}

BOOST_AUTO_TEST_CASE(what_can_be_read_in_two_ways_is_not_taken) {
    // Square all over: input layer, block or read-out?
    BOOST_TEST(says(trouble({{"one.weight", {2, 2}}, {"two.weight", {2, 2}}}), "one way to read"));
    // Two layers of one matrix, or B and A of one block?
    const TensorRoles pair = tensor_roles({{"fc1.weight", {4, 4}}, {"fc2.weight", {4, 4}}});
    BOOST_TEST(says(pair.trouble, "one way to read"));
    BOOST_TEST(says(reason(pair, "fc1.weight"), "B", "W.1"));
    // Names against shapes.
    BOOST_TEST(says(
        trouble(
            {{"blocks.0.weight", {4, 4}}, {"blocks.1.weight", {4, 4}}, {"readout.weight", {4, 9}}}),
        "names that agree"));
    BOOST_TEST(says(trouble({{"fc.weight", {2, 3}}}), "fit one residual network"));
    BOOST_TEST(says(trouble({{"fc.bias", {2}}}), "matrices, got none"));
    BOOST_TEST(says(trouble({}), "matrices, got none"));
}

BOOST_AUTO_TEST_CASE(what_has_no_place_is_named) {
    const std::vector<NamedTensor> normed = {{"blocks.0.weight", {3, 3}},
                                             {"blocks.1.weight", {3, 3}},
                                             {"norm.weight", {3}},
                                             {"norm.running_mean", {3}},
                                             {"conv.weight", {1, 3, 3, 3}}};
    BOOST_TEST(says(trouble(normed), "norm.weight", "norm.running_mean", "conv.weight"));
    Roles roles =
        taken(normed, {{"norm.weight", "-"}, {"norm.running_mean", "-"}, {"conv.weight", "-"}});
    BOOST_TEST(roles["norm.weight"] == "-");
    BOOST_TEST(roles["blocks.1.weight"] == "W.1");
    // A bias whose matrix was left out.
    BOOST_TEST(says(
        trouble({{"W", {2, 2}}, {"aux.weight", {1, 2}}, {"aux.bias", {1}}}, {{"aux.weight", "-"}}),
        "aux.bias"));
}

BOOST_AUTO_TEST_CASE(what_is_said_goes_before_what_is_guessed) {
    std::vector<NamedTensor> tensors = {{"f.0.p", {3, 3}},
                                        {"f.1.p", {3, 3}},
                                        {"f.0.q", {3, 3}},
                                        {"f.1.q", {3, 3}},
                                        {"g.weight", {3, 3}}};
    BOOST_TEST(says(trouble(tensors), "one way to read"));
    // With the blocks said, g is still an input layer or a read-out.
    const SaidRoles blocks = {{"f.*.p", "A.*"}, {"f.*.q", "B.*"}};
    const TensorRoles open = tensor_roles(tensors, blocks);
    BOOST_TEST(says(open.trouble, "one way to read", "2"));
    BOOST_TEST(reason(open, "g.weight") == "could be U or V");
    BOOST_TEST(reason(open, "f.0.p") == "said");
    SaidRoles all = blocks;
    all.emplace_back("g.weight", "V");
    Roles roles = taken(tensors, all);
    BOOST_TEST(roles["f.1.p"] == "A.1");
    BOOST_TEST(roles["f.0.q"] == "B.0");
    BOOST_TEST(roles["g.weight"] == "V");
}

BOOST_AUTO_TEST_CASE(tensors_named_as_their_roles_mean_themselves) {
    Roles roles = taken({{"W.0", {2, 2}}, {"W.1", {2, 2}}, {"b.1", {2}}, {"V", {2, 2}}});
    BOOST_TEST((roles == Roles{{"W.0", "W.0"}, {"W.1", "W.1"}, {"b.1", "b.1"}, {"V", "V"}}));
    BOOST_TEST(says(trouble({{"W", {2, 2}}, {"b", {2}}, {"x", {2}}}, {{"x", "b"}}),
                    "one tensor for b", "x"));
}

BOOST_AUTO_TEST_CASE(a_file_says_a_line_a_tensor) {
    const SaidRoles said =
        parse_roles("# ours\n\nblocks.*.fc.weight  W.*\r\n x.y\tV # last\n", "r");
    BOOST_REQUIRE_EQUAL(said.size(), 2U);
    BOOST_TEST(said[0].first == "blocks.*.fc.weight");
    BOOST_TEST(said[0].second == "W.*");
    BOOST_TEST(said[1].second == "V");
    const auto refused = [](const std::string& text) {
        return refusal<InputError>([&] { parse_roles(text, "r"); });
    };
    BOOST_TEST(says(refused("a.weight W\nonly\n"), "r, line 2", "name and its role", "1 words"));
    for (const char* role : {"X", "W.", "W.a", "V.0", "W0", "--"}) {
        BOOST_TEST(says(refused(std::string("a ") + role), "r, line 1", "a role", role));
    }
    BOOST_TEST(says(refusal<InputError>([] {
                        tensor_roles({{"a", {2, 2}}}, {{"nobody", "W"}});
                    }),
                    "nobody", "none of this name"));
    BOOST_TEST(says(refusal<InputError>([] {
                        tensor_roles({{"k", {2, 2}}}, {{"k", "W.*"}});
                    }),
                    "k", "a *"));
}

BOOST_AUTO_TEST_SUITE_END()
