// Equilibria by every method in one call, against each other and against the routes they are made
// of.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <nlohmann/json.hpp>
#include <set>

#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/studies/equilibria.hpp>

#include "results/equilibria_results.hpp"
#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::bare_network;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(equilibria_)

namespace {

ResidualNetwork random_network(Index n, Activation f, std::uint64_t seed, double inhibition = 0) {
    Random random(seed);
    return bare_network(random.normal_matrix(n, n, 1.0) - inhibition * Matrix::Identity(n, n), f);
}

ResidualNetwork with_readout(ResidualNetwork network) {
    Random random(31);
    network.readout = {random.normal_matrix(2, network.width(), 1.0), Vector::Zero(2)};
    return network;
}

Dataset points(Index width, Index count) {
    Random random(8);
    Dataset data;
    data.name = "points";
    data.inputs = random.normal_matrix(width, count, 2.0).cast<float>();
    data.classes = 2;
    data.labels.resize(count);
    for (Index k = 0; k < count; ++k) {
        data.labels[k] = data.inputs(0, k) > 0 ? 1 : 0;
    }
    return data;
}

std::set<Pattern> patterns_of(const std::vector<Equilibrium>& equilibria) {
    std::set<Pattern> patterns;
    for (const Equilibrium& equilibrium : equilibria) {
        patterns.insert(equilibrium.pattern);
    }
    return patterns;
}

/// Everything that is told of a study.
std::string told(const EquilibriaStudy& study) {
    std::string text = to_json(study).dump(1) + summary(study) + certificate_text(study);
    for (const auto& [name, table] : equilibria_tables(study)) {
        text += name + table.text();
    }
    return text;
}

/// An interrupt at the first call of a callback; a second one would end the program.
void interrupt_once() {
    if (!interrupt_requested()) {
        std::raise(SIGINT);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(methods_that_prove_agree) {
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        for (const std::uint64_t seed : {1, 2, 3}) {
            BOOST_TEST_CONTEXT(to_string(f) << ", seed " << seed) {
                const ResidualNetwork network = with_readout(random_network(6, f, seed, 1.0));
                const auto by = [&](EquilibriaMethod method) {
                    return study_equilibria(network, {.method = method, .certificate = true});
                };
                const EquilibriaStudy all = by(EquilibriaMethod::Atlas);
                const Atlas& atlas = all.atlas->atlas;
                BOOST_TEST(atlas.complete);
                BOOST_TEST(all.sound());
                BOOST_TEST(!all.choice.has_value());
                BOOST_TEST(static_cast<Index>(atlas.equilibria.size()) == atlas.counts.total);
                BOOST_TEST(all.atlas->verdicts.clocks.size() == atlas.equilibria.size());
                BOOST_TEST(all.atlas->verdicts.margins.size() == atlas.equilibria.size());
                BOOST_TEST(all.atlas->verdicts.rounding->verdicts == atlas.counts.total);
                BOOST_TEST((all.certificate->claim == CertificateClaim::Complete));
                BOOST_TEST(all.atlas->directions.has_value() == (f == Activation::Logistic));

                std::set<Pattern> stable;
                std::set<Pattern> vertices;
                for (std::size_t k = 0; k < atlas.equilibria.size(); ++k) {
                    const Equilibrium& e = atlas.equilibria[k];
                    BOOST_TEST(all.atlas->verdicts.clocks[k].flow.unstable == e.spectrum.unstable);
                    if (e.spectrum.is_stable()) {
                        stable.insert(e.pattern);
                        if (e.pattern.is_vertex()) {
                            vertices.insert(e.pattern);
                        }
                    }
                }
                const EquilibriaStudy graded = by(EquilibriaMethod::Stable);
                BOOST_TEST(graded.stable->search.complete());
                BOOST_TEST((patterns_of(graded.stable->search.equilibria) == stable));
                BOOST_TEST(graded.stable->verdicts.clocks.size() == stable.size());
                BOOST_TEST((graded.certificate->claim == CertificateClaim::StableComplete));
                const EquilibriaStudy corners = by(EquilibriaMethod::StableVertices);
                BOOST_TEST(corners.stable->vertices_only);
                BOOST_TEST((patterns_of(corners.stable->search.equilibria) == vertices));

                const EquilibriaStudy faces = by(EquilibriaMethod::AttractingFaces);
                BOOST_TEST(faces.attracting->search.count() ==
                           static_cast<std::uint64_t>(atlas.counts.not_transversally_unstable +
                                                      atlas.attracting_continua));
                BOOST_TEST(faces.attracting->evidence.size() ==
                           faces.attracting->search.faces.size());
                BOOST_TEST(faces.attracting->growth.has_value() == (f == Activation::Logistic));
                BOOST_TEST((faces.certificate->claim == CertificateClaim::AttractingFacesComplete));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(starts_and_roots_find_what_the_atlas_lists) {
    const ResidualNetwork network = random_network(5, Activation::Tanh, 4);
    const std::vector<Equilibrium> atlas =
        study_equilibria(network, {.method = EquilibriaMethod::Atlas}).atlas->atlas.equilibria;
    const std::set<Pattern> known = patterns_of(atlas);

    const EquilibriaStudy search =
        study_equilibria(network, {.starts = 40, .around = 3, .settle = {.clock = Clock::Flow}});
    BOOST_TEST((search.method == EquilibriaMethod::Search));
    BOOST_TEST(search.settled->result.outcomes.size() == 40U);
    BOOST_TEST(!search.settled->classes.has_value());
    BOOST_REQUIRE(!search.settled->result.groups.empty());
    BOOST_TEST((search.settled->options.clock == Clock::Flow));
    BOOST_TEST(search.settled->verdicts.margins.size() == search.settled->result.groups.size());
    for (const Equilibrium& e : search.settled->equilibria()) {
        BOOST_TEST(known.contains(e.pattern));
        BOOST_TEST(e.spectrum.is_stable());
    }
    // As many starts around each equilibrium that was met.
    std::set<Pattern> met = patterns_of(search.settled->equilibria());
    for (const SlowPassage& passage : search.settled->result.passages) {
        met.insert(passage.near.pattern);
    }
    BOOST_TEST(search.settled->around->outcomes.size() == 3 * met.size());

    const EquilibriaStudy newton = study_equilibria(network, {.method = EquilibriaMethod::Newton});
    BOOST_TEST(newton.roots->variable == "y");
    BOOST_TEST(newton.roots->result.starts == 256);
    BOOST_TEST(!newton.roots->cones.has_value());
    for (const Root& root : newton.roots->result.roots) {
        const bool listed = std::any_of(atlas.begin(), atlas.end(), [&](const Equilibrium& e) {
            return (e.y - root.x).lpNorm<Eigen::Infinity>() < 1e-5;
        });
        BOOST_TEST((listed || root.singular));
    }
    const ResidualNetwork unbounded = random_network(4, Activation::Softplus, 5);
    const EquilibriaStudy cones = study_equilibria(unbounded, {.starts = 16});
    BOOST_TEST((cones.method == EquilibriaMethod::Newton));
    BOOST_TEST(cones.roots->variable == "u");
    BOOST_TEST(cones.roots->cones->supports == 15);
}

BOOST_AUTO_TEST_CASE(data_are_followed_with_their_classes) {
    const ResidualNetwork network =
        with_readout(bare_network(Matrix{{1, -2}, {-2, 1}}, Activation::Logistic));
    const Dataset data = points(2, 90);
    const EquilibriaStudy study = study_equilibria(network, {.samples = 40}, &data);
    BOOST_TEST((study.method == EquilibriaMethod::Data));
    const SettledAnswer& answer = *study.settled;
    BOOST_TEST(answer.data == "points");
    BOOST_REQUIRE(answer.samples.size() == 40U);
    BOOST_TEST(answer.result.outcomes.size() == 40U);
    BOOST_REQUIRE(answer.classes.has_value());
    BOOST_TEST((patterns_of(answer.equilibria()) ==
                std::set{pattern_from_string("HL"), pattern_from_string("LH")}));
    // y1 > y2 is kept (the system is symmetric under exchange), so the data decide who wins.
    for (const SettledGroup& group : answer.result.groups) {
        for (const Index member : group.members) {
            const Index sample = answer.samples[static_cast<std::size_t>(member)];
            BOOST_TEST((data.inputs(0, sample) > data.inputs(1, sample)) ==
                       (to_string(group.equilibrium.pattern) == "HL"));
        }
    }
}

BOOST_AUTO_TEST_CASE(motion_stands_beside_the_atlas) {
    const NamedSystem& system = named_system("limit-cycle");
    const EquilibriaStudy study =
        study_equilibria(bare_network(system.W, system.activation),
                         {.method = EquilibriaMethod::Recurrence, .starts = 2});
    BOOST_REQUIRE(study.recurrence.has_value());
    BOOST_TEST(study.recurrence->count(Motion::LimitCycle) > 0);
    BOOST_TEST(study.atlas->atlas.complete);
    BOOST_TEST(study.atlas->verdicts.clocks.size() == study.atlas->atlas.equilibria.size());
    BOOST_TEST(!study.atlas->verdicts.rounding.has_value());
}

BOOST_AUTO_TEST_CASE(auto_takes_the_most_that_is_affordable) {
    const auto chosen = [](const ResidualNetwork& network) {
        std::vector<std::string> notes;
        const EquilibriaStudy study = study_equilibria(
            network, {.settle = {.max_layers = 50},
                      .on_note = [&](const std::string& line) { notes.push_back(line); }});
        BOOST_REQUIRE(study.choice.has_value());
        BOOST_TEST((study.choice->method == study.method));
        for (const std::string& reason : study.choice->passed_over) {
            BOOST_TEST((std::find(notes.begin(), notes.end(), reason) != notes.end()));
        }
        return std::pair(study.method, study.choice->passed_over.size());
    };
    const auto is = [](EquilibriaMethod method, std::size_t passed_over) {
        return std::pair(method, passed_over);
    };
    BOOST_TEST((chosen(random_network(3, Activation::Tanh, 1)) == is(EquilibriaMethod::Atlas, 0)));
    // Beyond the atlas; no negative weight, so that signs decide.
    BOOST_TEST((chosen(bare_network(Matrix::Ones(25, 25), Activation::Logistic)) ==
                is(EquilibriaMethod::Stable, 1)));
    BOOST_TEST(
        (chosen(random_network(70, Activation::Tanh, 2)) == is(EquilibriaMethod::Search, 2)));

    // Without any cost: data, then an unbounded f, then starts.
    const auto meant = [](Index starts, Activation f, bool has_data) {
        return method_meant({.starts = starts}, f, has_data);
    };
    BOOST_TEST((meant(5, Activation::Softplus, true) == EquilibriaMethod::Data));
    BOOST_TEST((meant(5, Activation::Softplus, false) == EquilibriaMethod::Newton));
    BOOST_TEST((meant(5, Activation::Tanh, false) == EquilibriaMethod::Search));
    BOOST_TEST((meant(0, Activation::Tanh, false) == EquilibriaMethod::Auto));
    BOOST_TEST((method_meant({.method = EquilibriaMethod::Stable}, Activation::Softplus, true) ==
                EquilibriaMethod::Stable));
}

BOOST_AUTO_TEST_CASE(decimals_are_decided_and_told_in_their_own_units) {
    const Matrix tenths{{0.1, 0.2, -0.3}, {1, 1, 1}, {1, 1, 1}};
    const Matrix whole{{1, 2, -3}, {10, 10, 10}, {10, 10, 10}};
    for (const EquilibriaMethod method : {EquilibriaMethod::Atlas, EquilibriaMethod::Stable}) {
        const EquilibriaStudy read =
            study_equilibria(bare_network(tenths, Activation::Logistic),
                             {.method = method, .as_decimals = true, .certificate = true});
        const EquilibriaStudy exact =
            study_equilibria(bare_network(whole, Activation::Logistic), {.method = method});
        BOOST_TEST(read.whole->factor == 10);
        BOOST_TEST((read.decided_on().W() == whole));
        BOOST_TEST((read.system.W() == tenths));
        const bool is_atlas = method == EquilibriaMethod::Atlas;
        const auto& list = is_atlas ? read.atlas->atlas.equilibria : read.stable->search.equilibria;
        const auto& wanted =
            is_atlas ? exact.atlas->atlas.equilibria : exact.stable->search.equilibria;
        const auto& clocks = is_atlas ? read.atlas->verdicts.clocks : read.stable->verdicts.clocks;
        BOOST_REQUIRE(list.size() == wanted.size());
        BOOST_REQUIRE(!list.empty());
        for (std::size_t k = 0; k < list.size(); ++k) {
            BOOST_TEST((list[k].pattern == wanted[k].pattern));
            BOOST_TEST((list[k].type == wanted[k].type));
            for (std::size_t i = 0; i < list[k].flow_eigenvalues.size(); ++i) {
                const Complex tenth = wanted[k].flow_eigenvalues[i] / 10.0;
                BOOST_TEST(std::abs(list[k].flow_eigenvalues[i] - tenth) < 1e-14);
                BOOST_TEST(std::abs(clocks[k].pairs[i].eigenvalue - tenth) < 1e-14);
            }
        }
        BOOST_TEST(to_json(read)["step"] == 0.3);
        BOOST_TEST(to_json(read)["weights_read_as"]["common_denominator"] == 10);
    }
}

BOOST_AUTO_TEST_CASE(entries_are_handed_over_in_place_of_the_list) {
    const ResidualNetwork network = random_network(7, Activation::Tanh, 6);
    std::vector<AtlasEntry> entries;
    const EquilibriaStudy study = study_equilibria(
        network,
        {.method = EquilibriaMethod::Atlas, .on_entries = [&](const std::vector<AtlasEntry>& some) {
             entries.insert(entries.end(), some.begin(), some.end());
         }});
    BOOST_TEST(static_cast<Index>(entries.size()) == study.atlas->atlas.counts.total);
    BOOST_TEST(study.atlas->atlas.equilibria.empty());
    BOOST_TEST(study.atlas->atlas.not_listed == study.atlas->atlas.counts.total);
}

BOOST_AUTO_TEST_CASE(what_is_predicted_is_the_search_that_runs) {
    // With evidence kept a search of 24 units does without linear programs, and looks at more.
    const ResidualNetwork network = random_network(24, Activation::Logistic, 41);
    for (const bool certificate : {false, true}) {
        const EquilibriaStudy study = study_equilibria(
            network, {.method = EquilibriaMethod::AttractingFaces, .certificate = certificate});
        const auto nodes = static_cast<double>(study.attracting->search.work.nodes);
        BOOST_TEST(study.attracting->prediction.low <= nodes);
        BOOST_TEST(nodes <= study.attracting->prediction.high);
    }
}

BOOST_AUTO_TEST_CASE(an_interrupted_call_keeps_what_it_has) {
    const ResidualNetwork large = random_network(40, Activation::Tanh, 37);
    const auto interrupting = [](EquilibriaMethod method) {
        return EquilibriaStudyOptions{
            .method = method,
            .prediction = {.probes = 4},
            .certificate = true,
            .on_progress = [](std::string_view stage, double, const std::string&) {
                if (stage != "prediction") {
                    interrupt_once();
                }
            }};
    };
    {
        const InterruptScope interrupts;
        const EquilibriaStudy study =
            study_equilibria(large, interrupting(EquilibriaMethod::StableVertices));
        BOOST_TEST(study.interrupted);
        BOOST_TEST((study.stable->search.end == SearchEnd::Interrupted));
        BOOST_TEST(study.stable->search.work.nodes > 0U);
        BOOST_TEST(study.stable->verdicts.clocks.size() == study.stable->search.equilibria.size());
        BOOST_TEST((study.certificate->claim == CertificateClaim::Listed));
        BOOST_TEST(to_json(study)["interrupted"] == true);
        BOOST_TEST(summary(study).starts_with("not complete: interrupted"));
    }
    {
        const InterruptScope interrupts;
        const EquilibriaStudy study =
            study_equilibria(large, interrupting(EquilibriaMethod::AttractingFaces));
        BOOST_TEST(study.interrupted);
        BOOST_TEST((study.attracting->search.end == SearchEnd::Interrupted));
    }
    {
        const InterruptScope interrupts;
        EquilibriaStudyOptions options = interrupting(EquilibriaMethod::Atlas);
        options.listing = Listing::All;
        const EquilibriaStudy study =
            study_equilibria(random_network(15, Activation::Tanh, 38), options);
        const Atlas& atlas = study.atlas->atlas;
        BOOST_TEST(study.interrupted);
        BOOST_TEST(!atlas.complete);
        BOOST_TEST(atlas.decisions.patterns > 0);
        BOOST_TEST(study.atlas->verdicts.clocks.size() == atlas.equilibria.size());
        BOOST_TEST(study.atlas->verdicts.margins.size() == atlas.equilibria.size());
        BOOST_TEST((study.certificate->claim == CertificateClaim::Listed));
    }
    {
        const InterruptScope interrupts;
        std::raise(SIGINT);  // these look between their parts
        const ResidualNetwork small = random_network(3, Activation::Tanh, 39);
        const EquilibriaStudy search = study_equilibria(small, {.starts = 8, .around = 2});
        BOOST_TEST(search.interrupted);
        BOOST_TEST(search.settled->result.outcomes.size() == 8U);
        BOOST_TEST(!search.settled->around.has_value());
        BOOST_TEST(summary(search).ends_with("what is told here was found before\n"));
        const EquilibriaStudy motion =
            study_equilibria(small, {.method = EquilibriaMethod::Recurrence});
        BOOST_TEST(motion.interrupted);
        BOOST_TEST(!motion.recurrence.has_value());
        BOOST_TEST(to_json(motion)["complete"] == false);
    }
    const InterruptScope cleared;
    BOOST_TEST(!study_equilibria(random_network(3, Activation::Tanh, 39)).interrupted);
}

BOOST_AUTO_TEST_CASE(the_result_does_not_depend_on_threads) {
    const Dataset data = points(5, 60);
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const ResidualNetwork network = with_readout(random_network(5, f, 11, 0.5));
        for (const EquilibriaMethod method : equilibria_methods) {
            BOOST_TEST_CONTEXT(to_string(f) << ", " << to_string(method)) {
                EquilibriaStudyOptions options{.method = method, .around = 2};
                options.certificate = method != EquilibriaMethod::Newton;
                const Dataset* with = method == EquilibriaMethod::Data ? &data : nullptr;
                options.threads = 1;
                const std::string one = told(study_equilibria(network, options, with));
                options.threads = 2;
                BOOST_TEST(one == told(study_equilibria(network, options, with)));
                BOOST_TEST(one.size() > 1000U);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused_by_their_field) {
    const ResidualNetwork network = random_network(3, Activation::Tanh, 1);
    const Dataset data = points(3, 10);
    const auto refused = [&](const EquilibriaStudyOptions& options, const Dataset* with = nullptr) {
        return refusal([&] { study_equilibria(network, options, with); });
    };
    BOOST_TEST(says(refused({.starts = -1}), "starts: expected", "-1"));
    BOOST_TEST(says(refused({.samples = 0}), "samples: expected", "0"));
    BOOST_TEST(says(refused({.around = -2}), "around: expected", "-2"));
    BOOST_TEST(says(refused({.radius = 0}), "radius: expected a finite number > 0", "0"));
    BOOST_TEST(says(refused({.exponent_error = -1}), "exponent_error: expected"));
    BOOST_TEST(says(refused({.method = EquilibriaMethod::Data}), "data: expected", "none"));
    BOOST_TEST(
        says(refused({.method = EquilibriaMethod::Atlas}, &data), "data: expected", "atlas"));
    BOOST_TEST(says(refused({.method = EquilibriaMethod::Search, .as_decimals = true}),
                    "as_decimals: expected a method that decides exactly", "search"));
    BOOST_TEST(says(refused({.method = EquilibriaMethod::Newton, .certificate = true}),
                    "certificate: expected a method that decides exactly"));
    BOOST_TEST(says(refused({.method = EquilibriaMethod::Recurrence, .starts = 10001}),
                    "starts: expected 1 to 10000 a face", "10001"));
    BOOST_TEST(says(refusal([&] {
                        study_equilibria(random_network(3, Activation::ReLU, 1),
                                         {.method = EquilibriaMethod::Recurrence});
                    }),
                    "recurrence: expected a bounded activation"));
}

BOOST_AUTO_TEST_SUITE_END()
