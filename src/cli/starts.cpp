#include "starts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>
#include <resdyn/formats/matrix_file.hpp>

#include "formats/csv.hpp"
#include "source.hpp"

namespace resdyn::cli {

namespace {

/// A start a row: of "a,b;c,d", or of a file; a file of one column is one start.
Matrix rows_of(std::string text, const std::string& option, Index size, Inputs& inputs) {
    const bool is_numbers = text.find_first_not_of("0123456789+-.,;eE ") == std::string::npos &&
                            text.find_first_of("0123456789") != std::string::npos;
    need_numbers_or_file(text, option, is_numbers);
    MatrixFile file;
    if (is_numbers && !std::filesystem::exists(text)) {
        std::replace(text.begin(), text.end(), ';', '\n');
        file = parse_csv_matrix(text, option);
    } else {
        file = read_matrix_file(text);
        inputs.add(text);
        if (file.values.cols() == 1 && file.values.rows() == size) {
            file.values.transposeInPlace();
        }
    }
    inputs.note(file.notes);
    const Matrix& rows = file.values;
    if (rows.cols() != size) {
        reject_input(option, fmt::format("{} numbers a start", size),
                     fmt::format("{}", rows.cols()));
    }
    return rows;
}

}  // namespace

void add_start_options(App& verb, StartOptions& options) {
    verb.add_option("--y0", options.y0,
                    "Start as residual: numbers \"0.1,0.2\", several \"0.1,0.2;0.3,0.4\", or a "
                    "file with a start a line");
    verb.add_option("--u0", options.u0, "Start as pre-activation, likewise");
    verb.add_option("--x0", options.x0, "Start as activity, likewise");
}

std::optional<Starts> named_starts(const StartOptions& options, const ResidualNetwork& network,
                                   Inputs& inputs) {
    const int given = static_cast<int>(!options.x0.empty()) +
                      static_cast<int>(!options.u0.empty()) + static_cast<int>(!options.y0.empty());
    if (given > 1) {
        reject_argument("start", "one of --y0, --u0, --x0", fmt::format("{} of them", given));
    }
    if (given == 0) {
        return std::nullopt;
    }
    const auto starts = [&](const std::string& text, const char* name, StartVariable variable,
                            Index size) {
        return Starts{rows_of(text, std::string("--") + name, size, inputs).transpose(), variable,
                      name};
    };
    const Index hidden = network.hidden_width();
    if (!options.x0.empty()) {
        return starts(options.x0, "x0", StartVariable::Activity, network.width());
    }
    return options.u0.empty() ? starts(options.y0, "y0", StartVariable::Residual, hidden)
                              : starts(options.u0, "u0", StartVariable::Preactivation, hidden);
}

}  // namespace resdyn::cli
