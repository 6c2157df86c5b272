#include "gnuplot.hpp"

#include <fmt/format.h>
#include <gnuplot-iostream.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "figures/narrow.hpp"
#include "gnuplot_script.hpp"

namespace resdyn::plots {

using namespace figures;

namespace fs = std::filesystem;

namespace {

std::string shell_quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) {
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return result + "'";
}

/// gnuplot without the user's and the system's start-up files: what they set (a decimal comma, a
/// header line, other colours) must not change a figure.
constexpr std::string_view gnuplot_as_it_comes = "gnuplot --default-settings";

/// Ignores SIGPIPE for its lifetime: a gnuplot that dies early must not take the program along.
class PipeGuard {
  public:
    PipeGuard() : previous_(std::signal(SIGPIPE, SIG_IGN)) {}
    ~PipeGuard() { std::signal(SIGPIPE, previous_); }
    PipeGuard(const PipeGuard&) = delete;
    PipeGuard& operator=(const PipeGuard&) = delete;

  private:
    void (*previous_)(int);
};

std::string read_and_remove(const fs::path& path) {
    std::ifstream file(path);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    std::error_code ignored;
    fs::remove(path, ignored);
    return text;
}

/// How a whole picture begins.
bool is_whole(PictureFormat format, const std::string& picture) {
    switch (format) {
        case PictureFormat::Svg:
            return picture.find("</svg>") != std::string::npos;
        case PictureFormat::Pdf:
            return picture.starts_with("%PDF") && picture.find("%%EOF") != std::string::npos;
        case PictureFormat::Png:
            return picture.starts_with("\x89PNG") && picture.find("IEND") != std::string::npos;
    }
    return false;
}

/// Runs `script` in `folder`, where it must leave `id`.FORMAT; returns the picture.
std::string draw_picture(const std::string& script, const fs::path& folder, const std::string& id,
                         PictureFormat format) {
    const fs::path status_file = folder / (id + ".status");
    const fs::path log_file = folder / (id + ".log");
    {
        const PipeGuard guard;
        // NOTE: gnuplot-iostream does not hand on the exit status of its pipe, so the shell
        // writes it down.
        Gnuplot gnuplot(fmt::format("cd {} && {{ {} >{}.log 2>&1; echo $? >{}.status; }}",
                                    shell_quoted(folder.string()), gnuplot_as_it_comes, id, id));
        gnuplot << fmt::format("format = '{}'\n", to_string(format)) << script << std::flush;
    }
    const std::string status = read_and_remove(status_file);
    std::string log = read_and_remove(log_file);
    std::replace(log.begin(), log.end(), '\n', ' ');
    stop_if_interrupted("figures");  // Ctrl-C ends gnuplot too
    const std::string name = fmt::format("{}.{}", id, to_string(format));
    std::ifstream file(folder / name, std::ios::binary);
    std::string picture{std::istreambuf_iterator<char>(file), {}};
    if (status != "0\n" || !is_whole(format, picture)) {
        throw ResourceError(
            fmt::format("figures/{}: expected gnuplot to draw it, got exit status {} and {}", name,
                        status.empty() ? "none" : status.substr(0, status.size() - 1),
                        log.empty() ? "no whole picture" : log.substr(0, 300)));
    }
    return picture;
}

}  // namespace

std::string_view to_string(PictureFormat format) {
    switch (format) {
        case PictureFormat::Svg:
            return "svg";
        case PictureFormat::Pdf:
            return "pdf";
        case PictureFormat::Png:
            return "png";
    }
    return "svg";
}

std::string_view terminal_of(PictureFormat format) {
    switch (format) {
        case PictureFormat::Svg:
            return "svg";
        case PictureFormat::Pdf:
            return "pdfcairo";
        case PictureFormat::Png:
            return "pngcairo";
    }
    return "svg";
}

bool terminal_available(PictureFormat format) {
    if (!gnuplot_available()) {
        return false;
    }
    const std::string command = fmt::format("{} -e 'set terminal {}' >/dev/null 2>&1 </dev/null",
                                            gnuplot_as_it_comes, terminal_of(format));
    return std::system(command.c_str()) == 0;
}

bool gnuplot_available() {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        const fs::path program = fs::path(folder) / "gnuplot";
        std::error_code ignored;
        if (!folder.empty() && fs::is_regular_file(program, ignored) &&
            access(program.c_str(), X_OK) == 0) {
            return true;
        }
    }
    return false;
}

void require_gnuplot() {
    if (!gnuplot_available()) {
        throw ResourceError(
            "figures: expected gnuplot on PATH, got none; install gnuplot-nox, or pass "
            "--no-figures");
    }
}

std::vector<RenderedFigure> render(const std::vector<Figure>& figures, const OutputFolder& out,
                                   bool draw, const std::vector<PictureFormat>& formats) {
    if (draw) {
        require_gnuplot();
    }
    std::vector<RenderedFigure> rendered;
    std::vector<std::string> scripts;
    for (const Figure& figure : figures) {
        RenderedFigure result{figure, "figures/" + figure.id + ".csv",
                              "figures/" + figure.id + ".gp", "", ""};
        if (const std::string note = hidden_note(figure); !note.empty()) {
            result.figure.caption += " " + note;
        }
        scripts.push_back(gnuplot_script(figure));
        out.write(result.csv, figure_csv(figure));
        out.write(result.script, scripts.back());
        rendered.push_back(std::move(result));
    }
    if (!draw) {
        return rendered;
    }
    for (std::size_t k = 0; k < rendered.size(); ++k) {
        for (const PictureFormat format : formats) {
            stop_if_interrupted("figures");
            const std::string& id = figures[k].id;
            const std::string path = fmt::format("figures/{}.{}", id, to_string(format));
            std::string picture = draw_picture(scripts[k], out.staging() / "figures", id, format);
            if (format == PictureFormat::Svg) {
                rendered[k].path = path;
                rendered[k].svg = std::move(picture);
            } else {
                rendered[k].others.push_back(path);
            }
        }
    }
    return rendered;
}

void draw_narrow(std::vector<RenderedFigure>& rendered, const OutputFolder& out) {
    for (RenderedFigure& one : rendered) {
        if (one.svg.empty()) {
            continue;
        }
        stop_if_interrupted("figures");
        const std::string picture = one.figure.id + "-narrow";
        one.narrow_svg = draw_picture(gnuplot_script(narrowed(one.figure), picture),
                                      out.staging() / "figures", picture, PictureFormat::Svg);
        std::filesystem::remove(out.staging() / "figures" / (picture + ".svg"));
    }
}

}  // namespace resdyn::plots
