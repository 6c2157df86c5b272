#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <plots/page.hpp>
#include <plots/report.hpp>
#include <plots/report_content.hpp>

#include <support/temporary_folder.hpp>

#include <support/drawn_examples.hpp>

#include "results/proof_text.hpp"
#include "results/report_text.hpp"

using namespace resdyn;
using namespace resdyn::readable;
using namespace resdyn::figures;
using namespace resdyn::plots;
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

const ReportContext context{.model_name = "<b>rings</b> & co",
                            .data_name = "\"data\" <script>alert(1)</script>",
                            .command = "resdyn analyze 'a<b' && echo {{seed}}",
                            .version = "1.2.3",
                            .seed = 77,
                            .input_hashes = {{"m<odel>.safetensors", "65a50cbb"}},
                            .files = {"results.json", "x&y.csv"}};

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++found;
    }
    return found;
}

bool holds(const std::string& text, const std::string& what) {
    return text.find(what) != std::string::npos;
}

const ReportSection& section_of(const std::vector<ReportSection>& sections, const std::string& id) {
    const auto found = std::find_if(sections.begin(), sections.end(),
                                    [&id](const ReportSection& s) { return s.id == id; });
    BOOST_REQUIRE(found != sections.end());
    return *found;
}

const std::string& table_cell(const ReportSection& section, std::size_t table, std::size_t row,
                              const std::string& column) {
    const Table& t = section.tables.at(table);
    const auto found = std::find(t.header.begin(), t.header.end(), column);
    BOOST_REQUIRE(found != t.header.end());
    return t.rows.at(row).at(static_cast<std::size_t>(found - t.header.begin()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report_)

BOOST_AUTO_TEST_CASE(the_page_is_sound_whole_and_loads_nothing) {
    const test::TemporaryFolder folder;
    for (const example::Example& e : {example::planar(), example::pictorial()}) {
        const OutputFolder out(folder.path / "out");
        std::vector<RenderedFigure> rendered = render(e.figures(), out);
        draw_narrow(rendered, out);
        const std::string page = report_html(e.analysis, context, rendered);
        const fs::path file = folder.path / "report.html";
        std::ofstream(file) << page;
        BOOST_TEST(example::page_is_sound(file));
        for (const std::string id : {"system", "flow", "equilibria", "spectra", "interaction",
                                     "evidence", "portrait", "notes", "files"}) {
            BOOST_TEST(count(page, "<section id=\"" + id + "\">") == 1U);
            BOOST_TEST(count(page, "<a href=\"#" + id + "\">") >= 1U);
        }
        BOOST_TEST(count(page, "<svg") == 2 * rendered.size());  // for wide and narrow screens
        BOOST_TEST(count(page, "<div class=\"card narrow\"") == rendered.size());
        for (const RenderedFigure& figure : rendered) {
            BOOST_TEST(count(page, "<figure id=\"figure-" + figure.figure.id + "\">") == 1U);
            // numbers and script are carried in the page
            for (const std::string kind : {".csv", ".gp"}) {
                BOOST_TEST(
                    holds(page, "download=\"" + figure.figure.id + kind + "\" href=\"data:"));
            }
        }
        BOOST_TEST(holds(page, "prefers-color-scheme: dark"));
        BOOST_TEST(holds(page, "@media print"));
    }
}

BOOST_AUTO_TEST_CASE(user_text_is_escaped_and_not_read_as_a_template) {
    const example::Example e = example::planar();
    const std::string page = report_html(e.analysis, context, {});
    BOOST_TEST(holds(page, "&lt;b&gt;rings&lt;/b&gt; &amp; co"));
    BOOST_TEST(!holds(page, "<b>"));
    BOOST_TEST(!holds(page, "<script>alert"));
    BOOST_TEST(holds(page, "a&lt;b"));
    BOOST_TEST(holds(page, "echo {{seed}}"));
    BOOST_TEST(holds(page, "m&lt;odel&gt;.safetensors"));
    BOOST_TEST(holds(page, ">x&amp;y.csv</a>"));
    BOOST_TEST(holds(page, "<dd>77</dd>"));
}

BOOST_AUTO_TEST_CASE(figures_that_were_not_drawn_say_how_to_draw_them) {
    const test::TemporaryFolder folder;
    const OutputFolder out(folder.path / "out");
    const example::Example e = example::planar();
    const std::string page = report_html(e.analysis, context, render(e.figures(), out, false));
    BOOST_TEST(!holds(page, "<svg"));
    BOOST_TEST(holds(page, "gnuplot -d portrait.gp"));
    std::ofstream(folder.path / "report.html") << page;
    BOOST_TEST(example::page_is_sound(folder.path / "report.html"));
}

BOOST_AUTO_TEST_CASE(the_portrait_is_live_where_its_view_is_given) {
    const test::TemporaryFolder folder;
    const OutputFolder out(folder.path / "out");
    const example::Example e = example::planar();
    const std::vector<RenderedFigure> rendered = render(e.figures(), out);
    const std::string still = report_html(e.analysis, context, rendered);
    BOOST_TEST(count(still, "script/explorer") == 1U);
    BOOST_TEST(!holds(still, "id=\"portrait-data\""));

    ReportContext with_view = context;
    with_view.live_portrait = "<script>\"{{title}}\";</script>";
    const std::string live = report_html(e.analysis, with_view, rendered);
    BOOST_TEST(holds(live, with_view.live_portrait));  // as it is, and not read as a template
    BOOST_TEST(!holds(live, "script/explorer"));
    std::ofstream(folder.path / "live.html") << live;
    BOOST_TEST(example::page_is_sound(folder.path / "live.html"));
    // What it starts from: the network, and the portrait's trajectories with their layers.
    const std::string before = "id=\"portrait-data\">";
    const std::size_t at = live.find(before) + before.size();
    const Json data = Json::parse(live.substr(at, live.find("</script>", at) - at));
    const PhasePortrait& portrait = *e.analysis.portrait;
    BOOST_TEST(data["system"]["W"][0][1].get<double>() == portrait.W(0, 1));
    BOOST_TEST(data["system"]["step"].get<double>() == portrait.step);
    BOOST_TEST(data["layers"].get<Index>() == e.analysis.system.depth);
    BOOST_TEST(data["plane"]["drawn"]["field"].size() == portrait.field.size());
    BOOST_TEST_REQUIRE(data["trajectories"].size() == portrait.trajectories.size());
    const PortraitTrajectory& path = portrait.trajectories.back();
    const Json& drawn = data["trajectories"].back();
    BOOST_TEST(drawn["label"].get<int>() == path.label);
    BOOST_TEST(drawn["flow"]["s"][1].back().get<double>() == path.s(1, path.s.cols() - 1));
    BOOST_TEST(drawn["network"]["s"][0].size() == static_cast<std::size_t>(path.layers.cols()));

    // Another plane than that of two units is not shown live; nor is anything said of it.
    const example::Example other = example::pictorial();
    const std::string page = report_html(other.analysis, with_view, render(other.figures(), out));
    BOOST_TEST(!holds(page, with_view.live_portrait));
    BOOST_TEST(!holds(page, "script/explorer"));
}

BOOST_AUTO_TEST_CASE(formulas_are_set_low_and_high) {
    const std::string page = report_html(example::planar().analysis, context, {});
    BOOST_TEST(holds(page, "w<sub>ij</sub>"));
    BOOST_TEST(holds(page, "e<sup>hλ</sup>"));
    BOOST_TEST(!holds(page, "w_ij"));
    BOOST_TEST(holds(page, "w<sub>ij</sub> ≥ 0 for all i ≠ j"));
}

BOOST_AUTO_TEST_CASE(names_of_files_stay_as_they_are) {
    Page page;
    page.summary = {"Errors in split_classes.csv; w_ij and all of layer_sign_changes.csv, y_F."};
    BOOST_TEST(holds(page_html(page),
                     "Errors in split_classes.csv; w<sub>ij</sub> and all of "
                     "layer_sign_changes.csv, y<sub>F</sub>."));
}

BOOST_AUTO_TEST_CASE(the_verdict_follows_the_numbers) {
    Analysis analysis = example::planar().analysis;
    std::vector<std::string> sentences = verdict(analysis);
    BOOST_TEST_REQUIRE(sentences.size() == 3U);
    BOOST_TEST(holds(sentences[0],
                     "has 4 isolated equilibria, 2 of them hyperbolically stable (complete; " +
                         proof_text(analysis.atlas->decisions) + ")"));
    const SettleResult& settled = *analysis.settled;
    BOOST_TEST(holds(sentences[0],
                     percent(proportion(settled.count(SettleOutcome::Settled), 60)) +
                         fmt::format(" settled at 2 attracting equilibria (proved for {} of {} ",
                                     settled.certified, settled.count(SettleOutcome::Settled))));
    BOOST_TEST(holds(sentences[1], percent(analysis.evidence->accuracy_by_layer.back())));
    BOOST_TEST(holds(sentences[2], "forward Euler: 1"));

    analysis.atlas->complete = false;
    analysis.atlas->counts.total = 1;
    analysis.atlas->continua.resize(2);
    analysis.settled.reset();
    BOOST_TEST(verdict(analysis)[0] ==
               "The residual flow has 1 isolated equilibrium, 2 of them hyperbolically stable, "
               "beside 2 continua of equilibria (some patterns stayed undecided, so the list may "
               "not be complete).");

    // accuracies 50, 90.5, 91 % ± 1 %: decided from layer 1 on
    EvidenceLedger& ledger = *analysis.evidence;
    ledger.accuracy_by_layer = {{0.5, 0.01, 900}, {0.905, 0.01, 900}, {0.91, 0.01, 900}};
    analysis.group_classes.clear();
    BOOST_TEST(
        holds(verdict(analysis)[1], "within one standard error of that from layer 1 of 2 on"));
    // groups of 3+1, 1 and 2: only the three are named by the others
    analysis.group_classes = {{{3, 1}, 0.75, {}}, {{0, 1}, 1.0, {}}, {{1, 1}, 0.5, {}}};
    BOOST_TEST(holds(verdict(analysis)[1], percent(proportion(3, 7)) + " of the 7 that settled"));

    DiscretisationReport& report = *analysis.discretisation;
    report.distance = Matrix{{0.0, 0.0, 0.0}, {0.1, 0.3, 9.0}};
    report.scale = Matrix{{0.0, 0.0, 0.0}, {1.0, 1.0, 1.0}};
    report.outcomes = {Outcome::ReachedEnd, Outcome::ReachedEnd, Outcome::StepLimit};
    BOOST_TEST(holds(verdict(analysis)[2],
                     "lies 20 % of the way travelled from where the flow arrives (median of 2 "
                     "samples; 5 % to 95 % quantile 11 % to 29 %, worst 30 %), 1 of 3 could not be "
                     "followed"));
    // One sample of 20 at 85 %: no median shows it.
    report.distance = Matrix::Constant(2, 20, 0.01);
    report.distance(1, 7) = 0.85;
    report.scale = Matrix::Ones(2, 20);
    report.outcomes.assign(20, Outcome::ReachedEnd);
    BOOST_TEST(holds(verdict(analysis)[2], "lies 1 % of the way"));
    BOOST_TEST(holds(verdict(analysis)[2], "worst 85 %)"));
    BOOST_TEST(!holds(verdict(analysis)[2], "could not be followed"));
    report.outcomes.assign(20, Outcome::NonFinite);
    BOOST_TEST(holds(verdict(analysis)[2], "were not compared"));
}

BOOST_AUTO_TEST_CASE(inputs_that_did_not_settle_are_told_apart_by_cause) {
    Analysis analysis = example::pictorial().analysis;
    SettleResult& settled = *analysis.settled;
    settled.outcomes.assign(10, SettleOutcome::Settled);
    settled.outcomes[0] = settled.outcomes[1] = SettleOutcome::Slow;
    settled.outcomes[2] = SettleOutcome::Unsettled;
    settled.outcomes[3] = SettleOutcome::NonFinite;
    const std::string sentence = verdict(analysis)[0];
    BOOST_TEST(sentence.starts_with("Of 10 inputs followed under the layer map, 60.0 % ± 15.5 %"));
    BOOST_TEST(holds(sentence,
                     "20.0 % ± 12.6 % were slow (hardly moving, at no equilibrium), 10.0 % ± "
                     "9.5 % were unsettled (still moving), 10.0 % ± 9.5 % overflowed"));
    BOOST_TEST(holds(sentence, "equilibria that no input reached were not searched"));
}

BOOST_AUTO_TEST_CASE(what_was_not_done_is_said) {
    const Analysis nothing = analyze(example::pictorial().network, nullptr);
    const std::vector<std::string> sentences = verdict(nothing);
    BOOST_TEST(holds(sentences[0], "Equilibria were not searched"));
    BOOST_TEST(holds(sentences[1], "nothing is said of classification"));
    BOOST_TEST(holds(sentences[2], "not held against its flow"));
    const std::string page = report_html(nothing, context, {});
    for (const std::string& note : nothing.notes) {
        BOOST_TEST(holds(page, note.substr(0, 30)));
    }
    BOOST_TEST(holds(page, "No equilibria, no spectra."));
}

BOOST_AUTO_TEST_CASE(tables_carry_the_numbers_and_what_bounds_them) {
    const Analysis analysis = example::planar().analysis;
    const std::vector<ReportSection> sections = report_sections(analysis);
    const ReportSection& equilibria = section_of(sections, "equilibria");
    BOOST_TEST(table_cell(equilibria, 0, 0, "pattern") == "LH");
    BOOST_TEST(table_cell(equilibria, 0, 0, "y") == "(0, 1)");
    BOOST_TEST(table_cell(equilibria, 0, 0, "type") == "stable node");
    BOOST_TEST(table_cell(equilibria, 0, 0, "residual") == "0");
    BOOST_TEST(table_cell(equilibria, 0, 0, "proved") == "yes");
    BOOST_TEST(table_cell(equilibria, 0, 3, "pattern") == "HH");
    BOOST_TEST(table_cell(equilibria, 0, 3, "unstable dimension") == "2");
    const ReportSection& evidence = section_of(sections, "evidence");
    BOOST_TEST(evidence.facts.at(0).value == number(analysis.evidence->rounding_residual));
    BOOST_TEST(holds(evidence.facts.at(0).note, number(analysis.evidence->rounding_bound)));
    BOOST_TEST(table_cell(evidence, 1, 5, "accuracy ± standard error") ==
               percent(analysis.evidence->accuracy_by_layer[5]));
    const ReportSection& interaction = section_of(sections, "interaction");
    BOOST_TEST(table_cell(interaction, 1, 0, "property") == "competitive");
    BOOST_TEST(table_cell(interaction, 1, 0, "verdict") == "holds");
    BOOST_TEST(table_cell(interaction, 2, 0, "law") == "V falls");
    BOOST_TEST(table_cell(interaction, 2, 0, "kept") == "yes");
    BOOST_TEST(table_cell(interaction, 3, 2, "E") ==
               number(analysis.interaction.energy->energy[2]));
    // Of pairs only the types that there are; tests from which nothing follows stand folded, last.
    BOOST_TEST(interaction.tables[0].rows.size() == 1U);
    BOOST_TEST(table_cell(interaction, 0, 0, "type") == "competition");
    BOOST_TEST(holds(interaction.tables[0].caption, "none of mutualism"));
    std::size_t silent = 0;
    for (const StructureVerdict& v : analysis.interaction.structure.verdicts) {
        silent += v.holds() ? 0 : 1;
    }
    BOOST_TEST(interaction.tables.back().folded);
    BOOST_TEST(interaction.tables.back().rows.size() == silent);
    BOOST_TEST(interaction.tables[1].rows.size() + silent ==
               analysis.interaction.structure.verdicts.size());
    BOOST_TEST(!interaction.tables[1].folded);
    // Confusion: a row a class, whose cells add up to its samples.
    const Table& confusion = evidence.tables.back();
    BOOST_TEST_REQUIRE(confusion.rows.size() == 2U);
    for (std::size_t c = 0; c < 2; ++c) {
        const std::vector<std::string>& row = confusion.rows[c];
        BOOST_TEST(std::stoi(row[1]) + std::stoi(row[2]) == std::stoi(row[3]));
        BOOST_TEST(row[3] == "30");
    }
}

BOOST_AUTO_TEST_CASE(bookkeeping_is_folded) {
    Analysis analysis = example::planar().analysis;
    analysis.record.resize(2);
    const std::string page = report_html(analysis, context, {});
    BOOST_TEST(holds(page, "<summary>SHA-256 of 1 input file</summary>"));
    BOOST_TEST(holds(page, "<summary>Epoch by epoch</summary>"));
    BOOST_TEST(holds(page, "of W from which nothing follows here</summary>"));
    BOOST_TEST(count(page, "<details") == count(page, "</details>"));
}

BOOST_AUTO_TEST_CASE(numbers_are_short_and_signed) {
    BOOST_TEST(number(-0.25) == "−0.25");
    BOOST_TEST(number(1.23456789e-15) == "1.235e-15");
    BOOST_TEST(number(std::nan("")) == "–");
    BOOST_TEST(number(-INFINITY) == "−∞");
    BOOST_TEST(percent({0.932, 0.004, 100}) == "93.2 % ± 0.4 %");
}

BOOST_AUTO_TEST_SUITE_END()
