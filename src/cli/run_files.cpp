#include "run_files.hpp"

#include "formats/input_file.hpp"
#include "formats/output_folder.hpp"
#include "work/task_fields.hpp"

namespace resdyn::cli {

namespace fs = std::filesystem;

std::string packed_files(const fs::path& folder, std::string_view checkpoint) {
    RunFiles files;
    for (auto entry = fs::recursive_directory_iterator(folder);
         entry != fs::recursive_directory_iterator(); ++entry) {
        const std::string name = entry->path().lexically_relative(folder).generic_string();
        const bool is_hidden = entry->path().filename().string().starts_with(".");
        if (entry->is_directory()) {
            if (is_hidden) {
                entry.disable_recursion_pending();
            }
        } else if (name != checkpoint && (!is_hidden || name == manifest_name)) {
            files[name] = read_file(entry->path());
        }
    }
    return task_bytes(files);
}

RunFiles unpacked_files(std::string_view bytes) {
    return task_result<RunFiles>(bytes);
}

void restore_files(const RunFiles& files, const fs::path& folder, const std::string& last) {
    const auto restore = [&](const std::string& name, const std::string& content) {
        const fs::path path = folder / name;
        if (!fs::exists(path) || read_file(path) != content) {
            write_file_atomically(path, content);
        }
    };
    for (const auto& [name, content] : files) {
        if (name != last) {
            restore(name, content);
        }
    }
    if (const auto found = files.find(last); found != files.end()) {
        restore(last, found->second);
    }
}

}  // namespace resdyn::cli
