// The ledger as one library call: which claims are put and why not the others, each told as it is
// decided, the same for any number of threads, and interrupts.
#include <analysis/put_claims.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <resdyn/core/error.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using namespace resdyn::claims;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(put_claims_)

namespace {

/// Claims 1 and 2 of a network of two units without data.
LedgerOptions two_units(int threads = 1) {
    ResidualNetwork network;
    network.activation = Activation::Tanh;
    network.step = 0.3;
    network.depth = 5;
    network.blocks = {{Matrix{{-1.0, 0.4}, {-0.7, 0.3}}, Vector::Zero(2), {}}};
    LedgerOptions options;
    options.workspace.quick = true;
    options.workspace.threads = threads;
    options.workspace.user = UserNetwork{"two units", network, std::nullopt};
    options.only = {1, 2};
    return options;
}

}  // namespace

BOOST_AUTO_TEST_CASE(claims_are_told_as_they_are_decided) {
    LedgerOptions options = two_units();
    std::vector<int> told;
    std::vector<Index> parts;
    options.on_claim = [&](const LedgerEntry& entry) { told.push_back(entry.claim.id); };
    options.on_part = [&](const Claim&, const std::string&, Index done) { parts.push_back(done); };
    BOOST_TEST(count_claims(options) == 2);
    const Ledger ledger = put_claims(options);
    BOOST_TEST((told == std::vector<int>{1, 2}));
    BOOST_TEST((parts.front() == 0 && std::is_sorted(parts.begin(), parts.end())));
    BOOST_TEST(!ledger.theorem_fails());
    BOOST_TEST(ledger.notes.front() == "The claims were put to two units alone.");
    BOOST_TEST(figures_of(ledger).front().id == "claim-1");
}

BOOST_AUTO_TEST_CASE(the_ledger_does_not_depend_on_threads) {
    const std::string one = to_json(put_claims(two_units(1))).dump();
    BOOST_TEST(one == to_json(put_claims(two_units(2))).dump());
}

BOOST_AUTO_TEST_CASE(claims_that_need_more_are_left_out_with_their_reason) {
    LedgerOptions options = two_units();
    options.only = {1, 8};
    const Ledger ledger = put_claims(options);
    BOOST_REQUIRE(ledger.entries.size() == 1U);
    BOOST_TEST(ledger.entries.front().claim.id == 1);
    BOOST_REQUIRE(ledger.notes.size() == 2U);
    BOOST_TEST(says(ledger.notes.back(), "Claim 8 was not put", "trains networks of its own"));
    options.only = {8};
    BOOST_TEST(says(refusal([&] { put_claims(options); }), "only: ", "Claim 8"));
    options.only = {1, 11};
    BOOST_TEST(says(refusal([&] { count_claims(options); }), "only: ", "1 to 10", "11"));
}

BOOST_AUTO_TEST_CASE(weights_that_differ_by_layer_meet_the_claims_that_hold_for_them) {
    LedgerOptions options = two_units();
    ResidualNetwork& network = options.workspace.user->network;
    network.depth = 2;
    network.blocks.push_back({Matrix{{0.3, 1.0}, {-0.2, -0.8}}, Vector::Ones(2), {}});
    options.only = {1, 2, 3, 8, 10};
    const Ledger ledger = put_claims(options);
    BOOST_REQUIRE(ledger.entries.size() == 3U);
    BOOST_TEST(ledger.entries[0].claim.id == 1);
    BOOST_TEST(ledger.entries[0].result.settings.front().setting == "two units: split");
    BOOST_TEST(!ledger.theorem_fails());
    BOOST_REQUIRE(ledger.notes.size() == 3U);
    BOOST_TEST(says(ledger.notes[1], "Claim 2 was not put", "differ by layer"));
    BOOST_TEST(says(ledger.notes[2], "Claim 8 was not put", "trains networks of its own"));
}

BOOST_AUTO_TEST_CASE(an_interrupt_before_the_first_claim_leaves_nothing) {
    LedgerOptions options = two_units();
    options.workspace.stop_requested = [] { return true; };
    BOOST_TEST(says(refusal<ResourceError>([&] { put_claims(options); }), "interrupted"));
}

BOOST_AUTO_TEST_CASE(an_interrupt_later_leaves_the_claims_that_were_decided) {
    LedgerOptions options = two_units();
    bool stop = false;
    options.on_claim = [&](const LedgerEntry&) { stop = true; };
    options.workspace.stop_requested = [&] { return stop; };
    const Ledger ledger = put_claims(options);
    BOOST_TEST_REQUIRE(ledger.entries.size() == 1U);
    BOOST_TEST(ledger.entries.front().claim.id == 1);
    BOOST_TEST(ledger.interrupted);
    BOOST_TEST(says(ledger.notes.back(), "not whole", "1 of 2 claims"));
    BOOST_TEST((to_json(ledger)["interrupted"] == true));
}

BOOST_AUTO_TEST_SUITE_END()
