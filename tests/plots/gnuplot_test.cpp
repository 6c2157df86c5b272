#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <set>

#include <resdyn/core/error.hpp>

#include <support/temporary_folder.hpp>

#include <support/drawn_examples.hpp>

using namespace resdyn;
using namespace resdyn::figures;
using namespace resdyn::plots;
namespace fs = std::filesystem;

namespace {

/// PATH as set here, until the end of the scope.
struct PathSetting {
    std::string before = std::getenv("PATH");
    explicit PathSetting(const std::string& value) { setenv("PATH", value.c_str(), 1); }
    ~PathSetting() { setenv("PATH", before.c_str(), 1); }
    PathSetting(const PathSetting&) = delete;
    PathSetting& operator=(const PathSetting&) = delete;
};

std::string complaint(const std::vector<Figure>& figures, const OutputFolder& out) {
    try {
        render(figures, out);
    } catch (const ResourceError& error) {
        return error.what();
    }
    return "drawn";
}

std::vector<Figure> all_figures() {
    std::vector<Figure> figures = example::planar().figures();
    for (Figure& figure : example::pictorial().figures()) {
        figure.id = "n16-" + figure.id;
        figures.push_back(std::move(figure));
    }
    return figures;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gnuplot_)

BOOST_AUTO_TEST_CASE(every_figure_is_drawn_well_formed_and_redrawn_by_hand_to_the_same_bytes) {
    const test::TemporaryFolder folder;
    const OutputFolder out(folder.path / "it's out");  // a quote must not break the shell
    const std::vector<RenderedFigure> rendered = render(all_figures(), out);
    BOOST_TEST_REQUIRE(rendered.size() > 15U);
    const fs::path by_hand = folder.path / "by-hand";
    fs::create_directories(by_hand);
    for (const RenderedFigure& figure : rendered) {
        BOOST_TEST_CONTEXT(figure.figure.id) {
            const fs::path picture = out.staging() / figure.path;
            BOOST_TEST(example::read_file(picture) == figure.svg);
            BOOST_TEST(fs::exists(out.staging() / figure.csv));
            fs::copy(out.staging() / figure.csv, by_hand);
            fs::copy(out.staging() / figure.script, by_hand);
        }
    }
    const fs::path here = fs::current_path();
    fs::current_path(by_hand);
    for (const RenderedFigure& figure : rendered) {
        const std::string id = figure.figure.id;
        BOOST_TEST_CONTEXT(id) {
            BOOST_TEST(std::system(fmt::format("gnuplot -d {}.gp", id).c_str()) == 0);
            BOOST_TEST((example::read_file(id + ".svg") == figure.svg));
            BOOST_TEST(example::page_is_sound(id + ".svg"));
        }
    }
    fs::current_path(here);
}

BOOST_AUTO_TEST_CASE(text_has_one_size_in_every_format) {
    // The margins that gnuplot leaves for ticks are those of its text.
    const test::TemporaryFolder folder;
    const OutputFolder out(folder.path / "out");
    const RenderedFigure figure = render({all_figures().front()}, out).front();
    const std::string script = example::read_file(out.staging() / figure.script);
    std::map<std::string, double> room;
    for (const char* format : {"svg", "pdf", "png"}) {
        const fs::path file = folder.path / "margins.gp";
        const fs::path answer = folder.path / format;
        std::ofstream(file) << "format = '" << format << "'\n"
                            << script.substr(0, script.find("set output")) << "set output '"
                            << (folder.path / "picture").string() << "'\n"
                            << "set rmargin at screen 1\nset tmargin at screen 1\n"
                            << "set xtics font text\nset ytics font text\nplot [0:1] x\n"
                            << "set print '" << answer.string() << "'\n"
                            << "print real(GPVAL_TERM_YMIN) / GPVAL_TERM_YMAX\n";
        BOOST_TEST_REQUIRE(std::system(fmt::format("gnuplot -d '{}'", file.string()).c_str()) == 0);
        room[format] = std::stod(example::read_file(answer));
    }
    BOOST_TEST(room["png"] == room["pdf"], boost::test_tools::tolerance(0.02));
    BOOST_TEST(room["svg"] == room["pdf"], boost::test_tools::tolerance(0.35));
}

BOOST_AUTO_TEST_CASE(nothing_but_the_figures_files_is_left) {
    const test::TemporaryFolder folder;
    const OutputFolder out(folder.path / "out");
    std::vector<RenderedFigure> rendered =
        render({singular_value_figure(rank_report(Matrix::Identity(3, 3)))}, out);
    draw_narrow(rendered, out);
    BOOST_TEST(rendered[0].narrow_svg.find("</svg>") != std::string::npos);
    BOOST_TEST(rendered[0].narrow_svg != rendered[0].svg);
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(out.staging() / "figures")) {
        names.insert(entry.path().filename());
    }
    const std::set<std::string> expected = {"singular-values.csv", "singular-values.gp",
                                            "singular-values.svg"};
    BOOST_TEST(names == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_missing_gnuplot_is_one_line_with_the_remedy_before_anything_is_written) {
    const test::TemporaryFolder folder;
    const OutputFolder out(folder.path / "out");
    const std::vector<Figure> figures = {weight_figure(Matrix::Identity(3, 3))};
    BOOST_TEST(gnuplot_available());
    {
        const PathSetting path("");
        BOOST_TEST(!gnuplot_available());
        BOOST_TEST(complaint(figures, out) ==
                   "figures: expected gnuplot on PATH, got none; install gnuplot-nox, or pass "
                   "--no-figures");
        BOOST_TEST(fs::is_empty(out.staging()));
        // without drawing, data and script are written all the same
        const std::vector<RenderedFigure> plain = render(figures, out, false);
        BOOST_TEST(plain[0].svg == "");
        BOOST_TEST(plain[0].path == "");
    }
    BOOST_TEST(fs::exists(out.staging() / "figures/weights.csv"));
    BOOST_TEST(fs::exists(out.staging() / "figures/weights.gp"));
    BOOST_TEST(!fs::exists(out.staging() / "figures/weights.svg"));
}

BOOST_AUTO_TEST_CASE(a_gnuplot_that_fails_or_dies_is_one_line_and_no_broken_pipe) {
    const test::TemporaryFolder folder;
    const fs::path fake = folder.path / "gnuplot";
    const OutputFolder out(folder.path / "out");
    const auto behave = [&fake](const std::string& body) {
        std::ofstream(fake) << "#!/bin/sh\n" << body << "\n";
        fs::permissions(fake, fs::perms::owner_all);
    };
    const char* set = std::getenv("PATH");
    const std::string before = set == nullptr ? "" : set;
    const PathSetting path(folder.path.string() + ":" + before);
    // many figures, so that the script outgrows any pipe's buffer
    std::vector<Figure> figures = {portrait_figure(*example::planar().analysis.portrait)};
    for (int k = 0; k < 4000; ++k) {
        figures[0].panels[0].series.push_back(figures[0].panels[0].series.back());
    }
    behave("echo 'line 1: no such' >&2; echo terminal >&2; exit 3");
    BOOST_TEST(complaint(figures, out) ==
               "figures/portrait.svg: expected gnuplot to draw it, got exit status 3 and line 1: "
               "no such terminal ");
    behave("cat > /dev/null; exit 0");
    BOOST_TEST(complaint(figures, out) ==
               "figures/portrait.svg: expected gnuplot to draw it, got exit status 0 and no whole "
               "picture");
    behave("kill -9 $$");
    BOOST_TEST(complaint(figures, out).find("got exit status 137") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
