# llmopt as a part of another build, by add_subdirectory() or FetchContent: builds the launcher while
# the other project is configured, since whatever is compiled after that may need it, and makes
# llmopt_enable() and find_package(LLMOpt) known. Nothing of it is installed with the other project.

set(here "${CMAKE_CURRENT_BINARY_DIR}")

# Where the launcher cannot be built, the other project can: llmopt_enable() does nothing there.
function(_llmopt_build_launcher)
  set(generator "Unix Makefiles")
  if(CMAKE_GENERATOR MATCHES "Ninja")
    set(generator Ninja)
  endif()
  # For this machine, by its own compiler where the other project's makes programs for another one.
  set(settings -G "${generator}")
  if(CMAKE_GENERATOR MATCHES "Ninja|Makefiles")
    list(APPEND settings "-DCMAKE_MAKE_PROGRAM=${CMAKE_MAKE_PROGRAM}")
  endif()
  if(CMAKE_C_COMPILER AND NOT CMAKE_CROSSCOMPILING AND NOT CMAKE_C_COMPILER_ARG1)
    list(APPEND settings "-DCMAKE_C_COMPILER=${CMAKE_C_COMPILER}")
  endif()
  # What the environment says is meant for the other project; its launcher may be this very program.
  set(clean "${CMAKE_COMMAND}" -E env)
  foreach(name IN ITEMS CC CFLAGS CPPFLAGS LDFLAGS CMAKE_C_COMPILER_LAUNCHER CMAKE_BUILD_TYPE
      CMAKE_CONFIGURATION_TYPES CMAKE_TOOLCHAIN_FILE CMAKE_GENERATOR_PLATFORM
      CMAKE_GENERATOR_TOOLSET DESTDIR MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL)
    list(APPEND clean "--unset=${name}")
  endforeach()
  foreach(command IN ITEMS configure build)
    if(command STREQUAL "configure")
      set(words -S "${CMAKE_CURRENT_SOURCE_DIR}/llmopt/launcher" -B "${here}/launcher" ${settings})
    else()
      set(words --build "${here}/launcher" --parallel)
    endif()
    execute_process(COMMAND ${clean} "${CMAKE_COMMAND}" ${words}
      RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(NOT status EQUAL 0)
      message(WARNING "llmopt: its launcher cannot be built, so it does nothing here\n${said}")
      return()
    endif()
  endforeach()
  # Beside its Python half, as in an installation; not written anew where nothing changed.
  file(COPY "${here}/launcher/llmopt" DESTINATION "${here}/bin")
endfunction()

# The Python half, run from these sources where a Python here has what it needs. Without it the
# launcher asks for the `llmopt-py` on PATH.
function(_llmopt_write_python_half)
  file(REMOVE "${here}/bin/llmopt-py")
  find_program(LLMOpt_PYTHON NAMES python3 python DOC "Runs the Python half of llmopt"
    NO_CMAKE_FIND_ROOT_PATH)
  mark_as_advanced(LLMOpt_PYTHON)
  if(LLMOpt_PYTHON)
    execute_process(
      COMMAND "${LLMOpt_PYTHON}" -c
        "import clang.cindex, diskcache, elftools, filelock, rich, yaml, sys; sys.exit(sys.version_info < (3, 10))"
      RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  endif()
  if(NOT LLMOpt_PYTHON OR NOT status EQUAL 0)
    message(STATUS "llmopt: without its Python half, for which `pip install llmopt` is needed")
    return()
  endif()
  # Its version is part of what it stores: Python reads it where pip would have written it.
  file(WRITE "${here}/python/llmopt-${PROJECT_VERSION}.dist-info/METADATA"
    "Metadata-Version: 2.1\nName: llmopt\nVersion: ${PROJECT_VERSION}\n")
  file(WRITE "${here}/python/llmopt-py"
    "#!/bin/sh\n'''exec' '${LLMOpt_PYTHON}' \"$0\" \"$@\"\n' '''\n"
    "import os, sys\n"
    "os.environ['PATH'] = '${here}/bin' + os.pathsep + os.environ.get('PATH', os.defpath)\n"
    "sys.path[:0] = ['${CMAKE_CURRENT_SOURCE_DIR}', '${here}/python']\n"
    "from llmopt.cli.entry import main\n"
    "sys.exit(main())\n")
  file(COPY "${here}/python/llmopt-py" DESTINATION "${here}/bin"
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
      WORLD_READ WORLD_EXECUTE)
endfunction()

unset(LLMOpt_EXECUTABLE CACHE)
if(CMAKE_HOST_SYSTEM_NAME STREQUAL "Linux")
  _llmopt_build_launcher()
  _llmopt_write_python_half()
endif()
set(launcher "${here}/bin/llmopt")
if(NOT EXISTS "${launcher}")
  set(launcher LLMOpt_EXECUTABLE-NOTFOUND)
endif()
set(LLMOpt_EXECUTABLE "${launcher}" CACHE FILEPATH "The compiler launcher llmopt" FORCE)

file(COPY "${CMAKE_CURRENT_SOURCE_DIR}/cmake/" DESTINATION "${here}/cmake")
include("${here}/cmake/LLMOpt.cmake")
set(LLMOpt_DIR "${here}/cmake" CACHE PATH "Where LLMOptConfig.cmake is" FORCE)
