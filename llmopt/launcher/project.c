#include "project.h"

#include "bytes.h"
#include "path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool find_project(const char *cwd, const char *source, struct project *project) {
    *project = (struct project){.source = path_normalise(cwd, source)};
    if (!project->source)
        return false;
    struct bytes marker = {0};
    for (char *slash = strrchr(project->source, '/'); slash;) {
        size_t size = (size_t)(slash - project->source);
        marker.size = 0;
        bytes_add(&marker, project->source, size);
        bytes_text(&marker, "/llmopt.yaml");
        struct stat status;
        const char *path = bytes_string(&marker);
        if (path && stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
            project->root = strndup(project->source, size);
            project->relative = slash + 1;
            break;
        }
        slash = size ? memrchr(project->source, '/', size) : NULL;
    }
    bytes_free(&marker);
    if (project->root)
        return true;
    free(project->source);
    *project = (struct project){0};
    return false;
}
