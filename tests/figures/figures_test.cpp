#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <numeric>

#include <support/drawn_examples.hpp>

#include "figures/bifurcation_figures.hpp"
#include "figures/depth_figures.hpp"
#include "figures/narrow.hpp"

using namespace resdyn;
using namespace resdyn::figures;
using namespace resdyn::plots;

BOOST_AUTO_TEST_SUITE(figures_)

namespace {

std::vector<std::string> ids(const std::vector<Figure>& figures) {
    std::vector<std::string> result;
    result.reserve(figures.size());
    for (const Figure& figure : figures) {
        result.push_back(figure.id);
    }
    return result;
}

const Series& series_named(const Figure& figure, const std::string& name) {
    for (const Panel& panel : figure.panels) {
        for (const Series& series : panel.series) {
            if (series.name == name) {
                return series;
            }
        }
    }
    throw std::out_of_range("no series " + name);
}

Equilibrium equilibrium(const std::string& pattern, std::vector<Complex> flow,
                        std::vector<Complex> map) {
    Equilibrium result;
    result.pattern = pattern_from_string(pattern);
    result.flow_eigenvalues = std::move(flow);
    result.multipliers = std::move(map);
    result.type = EquilibriumType::Saddle;
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_analysis_gives_the_figures_it_has_numbers_for) {
    const std::vector<std::string> planar = {"long-run",
                                             "story-typical",
                                             "unit-effects",
                                             "class-residuals",
                                             "story-closest",
                                             "portrait",
                                             "distance",
                                             "convergence",
                                             "refinement",
                                             "groups",
                                             "flow-eigenvalues",
                                             "multipliers",
                                             "connections",
                                             "weights",
                                             "effective-interaction",
                                             "energy",
                                             "accuracy",
                                             "evidence",
                                             "decision-map",
                                             "ways"};
    BOOST_TEST(ids(example::planar().figures()) == planar, boost::test_tools::per_element());
    const std::vector<std::string> pictorial = {
        "long-run",      "story-typical",  "units",
        "unit-graph",    "unit-effects",   "class-residuals",
        "story-closest", "portrait",       "singular-values",
        "distance",      "convergence",    "refinement",
        "groups",        "resting-states", "flow-eigenvalues",
        "multipliers",   "pairs",          "weights",
        "camps",         "net-help",       "effective-interaction",
        "energy",        "accuracy",       "evidence"};
    BOOST_TEST(ids(example::pictorial().figures()) == pictorial, boost::test_tools::per_element());
    // no data, no read-out
    ResidualNetwork bare = example::planar().network;
    bare.readout = {};
    const std::vector<std::string> few = {"portrait", "flow-eigenvalues", "multipliers",
                                          "connections", "weights"};
    BOOST_TEST(ids(analysis_figures(analyze(bare, nullptr), bare.blocks[0].W, nullptr)) == few,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_energy_figure_adds_up_and_camps_are_drawn_where_the_units_are) {
    const example::Example pictorial = example::pictorial();
    const InteractionAnalysis& interaction = pictorial.analysis.interaction;
    const Figure energy = energy_figure(*interaction.energy);
    const auto& work = series_named(energy, "symmetric work").columns[2].values;
    const auto& injection = series_named(energy, "Euler's injection").columns[2].values;
    const auto& level = energy.panels[1].series[0].columns[1].values;
    for (std::size_t n = 0; n + 1 < level.size(); ++n) {
        BOOST_TEST(std::abs(level[n] + work[n] + injection[n] - level[n + 1]) <
                   1e-10 * (1 + std::abs(level[n])));
    }
    const Figure camps = camp_figure(interaction, 4, 4);
    const std::vector<Column>& cells = camps.panels[1].series[0].columns;
    for (std::size_t i = 0; i < 16; ++i) {
        BOOST_TEST(cells[0].values[i] + 4 * cells[1].values[i] == static_cast<double>(i));
        BOOST_TEST(cells[2].values[i] == interaction.frustration.weight.camps[i]);
    }
}

BOOST_AUTO_TEST_CASE(the_portrait_draws_what_the_struct_holds) {
    const example::Example planar = example::planar();
    const PhasePortrait& portrait = *planar.analysis.portrait;
    const Figure figure = portrait_figure(portrait);
    BOOST_TEST(figure.panels[0].equal_aspect);
    const Series& field = series_named(figure, "direction field");
    for (std::size_t k = 0; k < portrait.field.size(); ++k) {
        // arrows are centred on the grid point, point along the flow and carry its speed
        const Vector foot{{field.columns[0].values[k], field.columns[1].values[k]}};
        const Vector shaft{{field.columns[2].values[k], field.columns[3].values[k]}};
        BOOST_TEST((foot + shaft / 2 - portrait.field[k].s).norm() < 1e-14);
        BOOST_TEST((shaft.normalized() - portrait.field[k].direction).norm() < 1e-14);
        BOOST_TEST(field.columns[4].values[k] == portrait.field[k].speed);
    }
    const Series& stable = series_named(figure, "stable_node");
    BOOST_TEST(stable.columns[0].values == (std::vector<double>{0.0, 1.0}),
               boost::test_tools::per_element());
    BOOST_TEST(stable.columns[1].values == (std::vector<double>{1.0, 0.0}),
               boost::test_tools::per_element());
    BOOST_TEST(stable.style.symbol != series_named(figure, "unstable_node").style.symbol);
    const Series& line = series_named(figure, "nullcline 0: 1 y_0 - 2 y_1 = 0");
    BOOST_TEST(line.columns[1].values.back() == 0.5);
    const int label = portrait.trajectories[2].label;
    const Series& path = series_named(figure, fmt::format("flow 3 (class {})", label));
    BOOST_TEST(path.style.colour == class_colour(label));
    BOOST_TEST(path.columns[0].values.back() == portrait.trajectories[2].s.rightCols(1)(0));
    const Series& layers = series_named(figure, fmt::format("layers 3 (class {})", label));
    BOOST_TEST(layers.columns[0].values.size() == 6U);
    BOOST_TEST((layers.mark == Mark::Points));
}

BOOST_AUTO_TEST_CASE(continua_are_marked_where_they_lie) {
    const ResidualSystem axes(named_system("competing-zero-diagonal").W, Activation::Logistic);
    const Figure figure = portrait_figure(phase_portrait(axes, Matrix(2, 0), {}, 0));
    const Series& vertical = series_named(figure, "continuum LF");
    BOOST_TEST(vertical.columns[0].values == (std::vector<double>{0.0, 0.0}),
               boost::test_tools::per_element());
    BOOST_TEST(vertical.columns[1].values == (std::vector<double>{0.0, 1.0}),
               boost::test_tools::per_element());
    const ResidualSystem rank_one(Matrix{{1.0, -1.0}, {2.0, -2.0}}, Activation::Logistic);
    const Figure diagonal = portrait_figure(phase_portrait(rank_one, Matrix(2, 0), {}, 0));
    const Series& line = series_named(diagonal, "continuum FF");
    BOOST_TEST(line.columns[0].values == line.columns[1].values, boost::test_tools::per_element());
    // nothing moves: no arrows, and still a portrait
    const ResidualSystem still(Matrix::Zero(2, 2), Activation::Tanh);
    const Figure empty = portrait_figure(phase_portrait(still, Matrix(2, 0), {}, 0));
    BOOST_TEST(series_named(empty, "direction field").columns[0].values.empty());
}

BOOST_AUTO_TEST_CASE(trajectories_show_the_units_that_move_most) {
    TrajectoryView view;
    view.t = {0.0, 1.0, 2.0};
    view.y = Matrix::Constant(30, 3, 0.5);
    for (Index i = 10; i < 22; ++i) {
        view.y(i, 2) = 0.9;
    }
    const std::vector<Figure> many = trajectory_figures(view);
    BOOST_TEST_REQUIRE(many.size() == 1U);
    BOOST_TEST_REQUIRE(many[0].panels[0].series.size() == 12U);
    BOOST_TEST(many[0].panels[0].series.front().name == "flow y_10");
    BOOST_TEST(many[0].panels[0].series.back().name == "flow y_21");
    view.y = view.y.topRows(2).eval();
    view.layer_t = {0.0, 2.0};
    view.layer_y = Matrix{{0.5, 0.6}, {0.5, 0.4}};
    BOOST_TEST(ids(trajectory_figures(view)) ==
                   (std::vector<std::string>{"trajectory", "trajectory-plane"}),
               boost::test_tools::per_element());
    BOOST_TEST(ids(trajectory_figures(std::vector<TrajectoryView>{view, view})) ==
                   (std::vector<std::string>{"trajectory-0", "trajectory-1", "trajectory-plane"}),
               boost::test_tools::per_element());
    view.t.clear();
    view.y.resize(0, 0);
    const Figure layers = trajectory_figures(view)[0];
    BOOST_TEST(
        series_named(layers, "layers y_1").columns[1].values == (std::vector<double>{0.5, 0.4}),
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(distance_quantiles_leave_out_samples_that_were_not_followed) {
    DiscretisationReport report;
    report.t = {0.0, 1.0};
    report.distance = Matrix(2, 4);
    report.distance << 0, 0, 0, 0, 1, 2, 3, 100;
    report.scale = report.distance;
    report.steps = {1.0, 0.5};
    report.final_distance = {2.0, 1.0};
    report.outcomes = {Outcome::ReachedEnd, Outcome::ReachedEnd, Outcome::ReachedEnd,
                       Outcome::StepLimit};
    const Figure figure = distance_figure(report);
    BOOST_TEST(series_named(figure, "median distance").columns[1].values.at(0) == 2.0);
    const Series& band = series_named(figure, "quantiles 0.1 to 0.9");
    BOOST_TEST(std::abs(band.columns[1].values.at(0) - 1.2) < 1e-15);
    BOOST_TEST(std::abs(band.columns[2].values.at(0) - 2.8) < 1e-15);
    // the guide has slope one in the log-log plane
    const Figure convergence = convergence_figure(report);
    const Series& guide = series_named(convergence, "slope 1");
    BOOST_TEST(guide.columns[1].values[0] / guide.columns[1].values[1] == 2.0);
}

BOOST_AUTO_TEST_CASE(accuracy_and_evidence_are_those_of_the_ledger) {
    const example::Example planar = example::planar();
    const EvidenceLedger& ledger = *planar.analysis.evidence;
    const Figure accuracy = accuracy_figure(ledger);
    const Series& points = accuracy.panels[0].series[1];
    BOOST_TEST((points.mark == Mark::ErrorBars));
    for (std::size_t n = 0; n < ledger.accuracy_by_layer.size(); ++n) {
        BOOST_TEST(points.columns[1].values[n] == 100.0 * ledger.accuracy_by_layer[n].value);
        BOOST_TEST(points.columns[2].values[n] ==
                   100.0 * ledger.accuracy_by_layer[n].standard_error);
    }
    BOOST_TEST(series_named(evidence_figure(ledger), "evidence").columns[2].values ==
                   ledger.mean_evidence_by_layer,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(real_spectra_stand_in_rows_and_complex_ones_in_the_plane) {
    const std::vector<Figure> real =
        spectrum_figures({equilibrium("LH", {{-1, 0}, {-2, 0}}, {{0.6, 0}, {0.4, 0}})});
    BOOST_TEST(real[0].panels[0].series.back().columns[1].name == "row");
    const std::vector<Figure> complex =
        spectrum_figures({equilibrium("FF", {{0.1, 2}, {0.1, -2}}, {{1.1, 2}, {1.1, -2}}),
                          equilibrium("HH", {{5, 0}, {4, 0}}, {{148, 0}, {54, 0}})});
    BOOST_TEST(complex[1].panels[0].series.front().name == "unit circle");
    BOOST_TEST(complex[1].panels[0].equal_aspect);
    const Series& foci = complex[0].panels[0].series[1];
    BOOST_TEST(foci.name == "1: FF");
    BOOST_TEST(foci.columns[1].values == (std::vector<double>{2.0, -2.0}),
               boost::test_tools::per_element());
    // None is left out: those beyond the part to scale stand at their angle within the window, the
    // values themselves in the CSV.
    const Panel& plane = complex[1].panels[0];
    for (const std::string name : {"1: FF", "2: HH"}) {
        const Series& drawn = series_named(complex[1], name);
        BOOST_TEST_REQUIRE(drawn.beside.size() == 2U);
        for (std::size_t k = 0; k < 2; ++k) {
            const Complex at(drawn.columns[0].values[k], drawn.columns[1].values[k]);
            const Complex value(drawn.beside[0].values[k], drawn.beside[1].values[k]);
            BOOST_TEST(std::abs(at) < plane.x.to);
            BOOST_TEST(std::abs(std::arg(at) - std::arg(value)) < 1e-12);
        }
    }
    const Series& far = series_named(complex[1], "2: HH");
    BOOST_TEST(far.beside[0].values == (std::vector<double>{148.0, 54.0}),
               boost::test_tools::per_element());
    BOOST_TEST(far.columns[0].values[0] > far.columns[0].values[1]);
    BOOST_TEST(hidden_note(complex[1]) == "");
    // The same for real ones, and for what double precision does not hold.
    const Figure rows = spectrum_figures(
        {equilibrium("HH", {{9, 0}, {-1, 0}}, {{8103, 0}, {0.4, 0}, {-30, 0}, {INFINITY, 0}})})[1];
    BOOST_TEST(
        rows.panels[0].series.back().beside[0].values == (std::vector<double>{8103.0, 0.4, -30.0}),
        boost::test_tools::per_element());
    BOOST_TEST(hidden_note(rows) == "");
    BOOST_TEST(rows.caption.find("1 multiplier is beyond double precision") != std::string::npos);
    BOOST_TEST(spectrum_figures({}).empty());
}

BOOST_AUTO_TEST_CASE(a_continuum_at_one_value_is_drawn_along_its_length) {
    const NamedSystem& named = named_system("winner-takes-all");
    const ParameterPath path = self_coupling_path(ResidualSystem(named.W, named.activation));
    const BifurcationDiagram diagram = bifurcations(path, {.from = -2, .to = 4});
    std::vector<std::vector<BranchPoint>> rows;
    for (const EquilibriumBranch& branch : diagram.branches) {
        rows.push_back(branch_points(path, branch, diagram.events, 20));
    }
    const Figure figure =
        bifurcation_figure(diagram, rows, continuum_extents(path, diagram.events), "self-coupling");
    for (const Panel& panel : figure.panels) {
        double low = 1.0;
        double high = 0.0;
        bool squares = false;
        for (const Series& series : panel.series) {
            squares = squares || series.name == "singular";
            for (std::size_t k = 0;
                 series.name == "continuum" && k < series.columns[0].values.size(); ++k) {
                if (series.columns[0].values[k] == -1.0) {  // the diagonal, from corner to corner
                    low = std::min(low, series.columns[1].values[k]);
                    high = std::max(high, series.columns[1].values[k]);
                }
            }
        }
        BOOST_TEST(low < 1e-12);
        BOOST_TEST(high > 1 - 1e-12);
        BOOST_TEST(!squares);  // no single point for a line
    }
}

BOOST_AUTO_TEST_CASE(no_lesion_curve_that_is_constant_by_construction) {
    DepthProfile profile;
    profile.layers.resize(1);
    profile.layers[0].accuracy = {0.9, 0.01, 100};
    profile.lesions.resize(2);
    for (std::size_t k = 0; k < 2; ++k) {
        profile.lesions[k].layer = static_cast<Index>(k);
        profile.lesions[k].accuracy = {0.8, 0.01, 100};
        profile.lesions[k].accuracy_without_evidence = 0.7 - 0.1 * static_cast<double>(k);
    }
    profile.shared_weights = true;
    const auto names = [](const Figure& figure) {
        std::vector<std::string> result;
        for (const Series& series : figure.panels[0].series) {
            result.push_back(series.name);
        }
        return result;
    };
    const Figure shared = lesion_figure(profile);
    BOOST_TEST(names(shared) == (std::vector<std::string>{"without_evidence", "whole"}),
               boost::test_tools::per_element());
    BOOST_TEST(shared.caption.find("accuracy 0.8000") != std::string::npos);
    profile.shared_weights = false;
    BOOST_TEST(names(lesion_figure(profile)) ==
                   (std::vector<std::string>{"dropped", "without_evidence", "whole"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(dots_of_layers_are_named_in_every_legend) {
    TrajectoryView view;
    view.t = {0.0, 1.0};
    view.y = Matrix{{0.5, 0.6}, {0.5, 0.4}};
    view.layer_t = {0.0, 1.0};
    view.layer_y = view.y;
    for (const Figure& figure : trajectory_figures(view)) {
        const Panel& panel = figure.panels[0];
        BOOST_TEST((panel.legend != Legend::None));
        const auto named = std::count_if(
            panel.series.begin(), panel.series.end(),
            [](const Series& s) { return s.mark == Mark::Points && s.legend == "layers"; });
        BOOST_TEST(named == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_narrow_figure_has_the_same_numbers_and_no_panel_beside_another) {
    for (const example::Example& e : {example::planar(), example::pictorial()}) {
        for (const Figure& figure : e.figures()) {
            BOOST_TEST_CONTEXT(figure.id) {
                const Figure narrow = narrowed(figure);
                BOOST_TEST(narrow.width <= narrow_width);
                BOOST_TEST(figure_csv(narrow) == figure_csv(figure));
                for (const Panel& panel : narrow.panels) {
                    BOOST_TEST((panel.legend != Legend::Outside));
                    BOOST_TEST((narrow.panels_per_row == 1 || !panel.frame));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_map_of_decisions_is_drawn_with_its_samples) {
    const example::Example planar = example::planar();
    const DecisionMap& map = planar.analysis.decision_map.value();
    const std::vector<Figure> figures = decision_map_figures(map);
    const Series& ground = series_named(figures[0], "class read out");
    BOOST_TEST(ground.columns[2].values.size() ==
               static_cast<std::size_t>(map.inputs.predicted.size()));
    BOOST_TEST(ground.columns[2].values[5] == map.inputs.predicted(5, 0));
    BOOST_TEST(series_named(figures[0], "class 0").columns[0].values.size() == 30U);
    const Series& ways = series_named(figures[1], "way, class 1");
    BOOST_TEST(ways.columns[0].values[0] == map.ways[1](0, 0));
    BOOST_TEST(ways.columns[1].values[5] == map.ways[1](1, 5));
    BOOST_TEST(std::isnan(ways.columns[1].values[6]));
}

BOOST_AUTO_TEST_CASE(many_equilibria_are_drawn_by_type_and_only_so_many) {
    std::vector<Equilibrium> crowd(3000, equilibrium("LH", {{-1, 0}, {1, 0}}, {{0.4, 0}, {2, 0}}));
    const Figure figure = spectrum_figures(crowd)[0];
    BOOST_TEST(series_named(figure, "saddle").columns[0].values.size() ==
               static_cast<std::size_t>(spectrum_points));
    BOOST_TEST(figure.caption.find("the first 2000 of 3000 equilibria") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(shares_of_groups_and_unsettled_inputs_add_up_to_all) {
    for (const example::Example& e : {example::planar(), example::pictorial()}) {
        const Figure figure = group_figure(*e.analysis.settled, e.analysis.group_classes,
                                           e.data.labels, e.data.classes);
        const Series& totals = series_named(figure, "all classes");
        const std::vector<double>& share = totals.columns[1].values;
        BOOST_TEST(std::abs(std::accumulate(share.begin(), share.end(), 0.0) - 100.0) < 1e-10);
        BOOST_TEST(totals.columns[2].values[0] ==
                   100.0 * e.analysis.group_classes[0].share.standard_error);
        BOOST_TEST(figure.panels[0].x.ticks.size() == share.size());
    }
}

BOOST_AUTO_TEST_CASE(steady_residuals_take_the_shape_of_the_input) {
    const example::Example e = example::pictorial();
    const SettleResult& settled = *e.analysis.settled;
    const Figure images = resting_figure(settled, {0.0, 1.0}, 4, 4);
    const Series& first = images.panels.at(0).series.at(0);
    const Vector& y = settled.groups[0].equilibrium.y;
    for (Index i = 0; i < 16; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const Index row = i / 4;
        BOOST_TEST(first.columns[0].values[k] == static_cast<double>(i % 4));
        BOOST_TEST(first.columns[1].values[k] == static_cast<double>(row));
        BOOST_TEST(first.columns[2].values[k] == y[i]);
    }
    BOOST_TEST(images.panels[0].y.from > images.panels[0].y.to);  // row 0 on top
    const Figure rows = resting_figure(settled, {0.0, 1.0}, 0, 0);
    BOOST_TEST(rows.panels.size() == 1U);
    BOOST_TEST(rows.panels[0].series[0].columns[2].values.size() == 16 * settled.groups.size());
}

BOOST_AUTO_TEST_CASE(classes_have_ten_colours_of_their_own) {
    std::vector<std::string> colours;
    for (Index k = 0; k < 10; ++k) {
        colours.push_back(class_colour(k));
    }
    std::sort(colours.begin(), colours.end());
    BOOST_TEST((std::adjacent_find(colours.begin(), colours.end()) == colours.end()));
}

BOOST_AUTO_TEST_SUITE_END()
