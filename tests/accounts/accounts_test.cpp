#include <boost/test/unit_test.hpp>
#include <set>

#include <resdyn/model/systems.hpp>
#include <resdyn/studies/named_path.hpp>

#include "accounts/analysis_account.hpp"
#include "accounts/basin_account.hpp"
#include "accounts/branch_account.hpp"
#include "accounts/discretisation_account.hpp"
#include "accounts/interaction_account.hpp"
#include "accounts/layer_history_account.hpp"
#include "accounts/portrait_account.hpp"
#include "accounts/spectrum_account.hpp"
#include "accounts/training_account.hpp"
#include "accounts/trajectory_account.hpp"
#include "support/networks.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(accounts_)

namespace {

ResidualSystem winner_takes_all() {
    const NamedSystem& named = named_system("winner-takes-all");
    return {named.W, named.activation, 0.5};
}

ResidualNetwork network_of(const ResidualSystem& system) {
    return test::bare_network(system.W(), system.activation(), system.step(), 1);
}

/// What every account promises: tables of different names with lines in them, figures that are
/// whole, words in whole lines.
void check_whole(const Account& account, const std::set<std::string>& tables) {
    std::set<std::string> names;
    for (const auto& [name, table] : account.tables) {
        names.insert(name);
        BOOST_TEST(table.rows() > 0U, name);
    }
    BOOST_TEST((names == tables));
    BOOST_TEST(!account.figures.empty());
    for (const figures::Figure& figure : account.figures) {
        BOOST_CHECK_NO_THROW(figures::validate(figure));
    }
    BOOST_TEST(account.words.ends_with('\n'));
    BOOST_TEST(account.sound);
}

}  // namespace

BOOST_AUTO_TEST_CASE(spectra) {
    const ResidualSystem system = winner_takes_all();
    const Account all = account_of(spectra_at_equilibria(system), system);
    check_whole(all, {"clocks.csv", "spectrum.csv"});
    BOOST_TEST(all.json["step"] == 0.5);
    BOOST_TEST(all.json["equilibria"].size() == 4U);
    const Account one =
        account_of(spectra_at_equilibria(system, {.at = {pattern_from_string("HL")}}), system);
    check_whole(one, {"clocks.csv", "spectrum.csv", "routes-HL.csv"});
    check_whole(account_of(spectra_at_point(system, Vector{{0.3, 0.2}}), system), {"spectrum.csv"});
    check_whole(
        account_of(spectra_along(network_of(system), Vector{{0.3, 0.2}}, {.samples = 3}), system),
        {"spectrum.csv"});
}

BOOST_AUTO_TEST_CASE(runs) {
    const ResidualSystem system = winner_takes_all();
    const Matrix starts{{0.3, 0.2}, {0.2, 0.3}};
    const SimulationOptions options{.t_end = 30.0};
    const TrajectoryStudy study = study_trajectories(network_of(system), starts, options);
    const Account account = account_of(study, system.activation(), starts, options, "y0");
    check_whole(account, {"trajectory.csv"});
    BOOST_TEST(account.json["runs"].size() == 2U);
    BOOST_TEST(account.words.find("settled at HL") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(branches_along_named_paths) {
    const ResidualSystem system = winner_takes_all();
    const WholeSystem whole = as_stored(system);
    for (const char* name : {"self-coupling", "symmetry", "step"}) {
        const NamedPath path = named_path(name, whole);
        BranchStudyOptions options;
        options.bifurcation.from = path.from;
        options.bifurcation.to = path.to;
        const BranchStudy study =
            path.path ? study_branches(*path.path, options) : study_step_branches(whole, options);
        const Account account = account_of(study, system,
                                           {.path = name,
                                            .parameter = path.parameter,
                                            .from = path.from,
                                            .to = path.to,
                                            .dimension = 2});
        BOOST_TEST(account.json["path"] == name);
        BOOST_TEST(account.tables.size() == 2U);
    }
    const NamedPath coupling = named_coupling_path(whole, 0, 1);
    BOOST_TEST(coupling.from == system.W()(0, 1) - 2.0);
    BOOST_CHECK_THROW(named_path("sideways", whole), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(planes_and_pairs) {
    const ResidualSystem system = winner_takes_all();
    const ResidualNetwork network = network_of(system);
    BasinStudyOptions options{.share_samples = 20};
    options.basins.width = options.basins.height = 16;
    check_whole(account_of(study_basins(choose_plane(network, nullptr), options), system),
                {"labels.csv", "sharpness.csv", "shares.csv"});
    BOOST_TEST(!account_of(study_portrait(network), system).figures.empty());
    const Account pairs = account_of(study_interactions(network));
    BOOST_TEST(pairs.tables.back().first == "linked_pairs.csv");
    BOOST_TEST(pairs.sound);
}

BOOST_AUTO_TEST_CASE(a_training) {
    TrainingStudyOptions options;
    options.network.depth = 2;
    options.train.epochs = 2;
    options.train.batch = 10;
    const Account account = account_of(study_training(
        training_data(builtin_dataset("xor", 40, 1), std::nullopt, options.train), options));
    check_whole(account, {"training.csv"});
}

BOOST_AUTO_TEST_CASE(weights_that_differ_by_layer) {
    for (const bool two : {false, true}) {
        const ResidualNetwork network = test::residual_network(Activation::Tanh, 3, two, false);
        Dataset data;
        data.name = "test";
        data.inputs = test::random_inputs(3, 40, 1);
        data.labels = test::random_labels(40, 3, 2);
        data.classes = 3;
        const Account ode = account_of(study_discretisation(network, &data), network, &data);
        check_whole(ode, {"refinements.csv", "flow_distance.csv", "inputs.csv", "split.csv",
                          "split_units.csv", "split_classes.csv"});
        BOOST_TEST(ode.json["criteria"].size() == 3U);
        BOOST_TEST(ode.json["split"]["weight_variation"].is_null() == two);
        const Account layers = account_of(study_layer_history(network));
        BOOST_TEST(layers.json["layers"].size() == 5U);
        BOOST_TEST(layers.json.contains("neighbours") == !two);
        BOOST_TEST(layers.tables.size() == (two ? 2U : 4U));
        const Account all = account_of(analyze(network, &data), network, &data);
        BOOST_TEST(all.sound);
        BOOST_TEST(all.json["layers"].size() == 5U);
        BOOST_TEST(all.json["network"]["matrices_per_layer"] == (two ? 2 : 1));
        BOOST_TEST(!all.json.contains("system"));
        BOOST_TEST(all.json["discretisation"]["verdict"] == ode.json["verdict"]);
        for (const figures::Figure& figure : all.figures) {
            BOOST_CHECK_NO_THROW(figures::validate(figure));
        }
        if (!two) {
            const Account depth =
                account_of(study_layer_branches(network, &data, {.points = 3}), network);
            check_whole(depth, {"events.csv", "branches.csv", "residuals.csv"});
            BOOST_TEST(depth.json["path"] == "layers");
            BOOST_TEST(depth.json["to"] == 4.0);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
