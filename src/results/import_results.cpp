#include "import_results.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/formats/safetensors.hpp>

#include "table.hpp"

namespace resdyn {

namespace {

std::string shape_words(const TensorRole& row) {
    return row.tensor.shape.empty() ? std::string() : shape_text(row.tensor.shape);
}

const Table<TensorRole>& role_fields() {
    using R = TensorRole;
    using F = Field<R>;
    static const Table<R> fields = {
        F("tensor", [](const R& r) { return r.tensor.name; }).shown("tensor"),
        F("type", [](const R& r) { return r.tensor.stored; }).shown("type"),
        F("shape", &shape_words).shown("shape"), F("role", &R::role).shown("taken as"),
        F("reason", &R::reason).shown("why")};
    return fields;
}

}  // namespace

nlohmann::ordered_json to_json(const ImportedModel& imported) {
    nlohmann::ordered_json json;
    json["tensors"] = role_fields().json(imported.roles.tensors);
    if (imported.model) {
        std::visit(
            [&](const auto& network) {
                json["kind"] = to_string(kind_of(imported.model->network));
                json["activation"] = to_string(network.activation);
                json["depth"] = network.depth;
                json["width"] = network.width();
                json["shared_weights"] = network.has_shared_weights();
                json["input_width"] = network.input_width();
                json["classes"] = network.has_readout() ? nlohmann::ordered_json(network.classes())
                                                        : nlohmann::ordered_json();
            },
            imported.model->network);
        if (const auto* residual = std::get_if<ResidualNetwork>(&imported.model->network)) {
            json["step"] = residual->step;
            json["hidden_width"] = residual->hidden_width();
        }
        json["dtype"] = imported.model->stored;
        json["notes"] = imported.model->notes;
    }
    if (imported.gap_of_second_biases) {
        json["gap_of_second_biases"] = *imported.gap_of_second_biases;
    }
    return json;
}

CsvTable role_table(const TensorRoles& roles) {
    return role_fields().csv(roles.tensors);
}

std::string role_lines(const TensorRoles& roles) {
    const TextTable text = role_fields().text(roles.tensors);
    std::vector<std::size_t> widths;
    for (const std::string& title : text.titles) {
        widths.push_back(title.size());
    }
    for (const auto& row : text.rows) {
        for (std::size_t k = 0; k < row.size(); ++k) {
            widths[k] = std::max(widths[k], row[k].size());
        }
    }
    std::string lines;
    const auto add = [&](const std::vector<std::string>& cells) {
        std::string line = " ";  // names are the file's: no control character reaches a terminal
        for (std::size_t k = 0; k < cells.size(); ++k) {
            line += fmt::format(" {:<{}} ", cells[k], widths[k]);
        }
        std::replace_if(
            line.begin(), line.end(),
            [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
        line.erase(line.find_last_not_of(' ') + 1);
        lines += line + "\n";
    };
    add(text.titles);
    for (const auto& row : text.rows) {
        add(row);
    }
    return lines;
}

std::string summary(const ImportedModel& imported) {
    std::string text = role_lines(imported.roles);
    if (imported.gap_of_second_biases) {
        text += fmt::format(
            "biases of second matrices taken into b and c: logits differ by {:.2g} of the largest, "
            "over 16 standard normal inputs\n",
            *imported.gap_of_second_biases);
    }
    return text;
}

}  // namespace resdyn
