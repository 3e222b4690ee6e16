# Dear ImGui (core, OpenGL 3 backend; natively also the GLFW backend) and ImPlot.
set(IMGUI ${SOURCES}/imgui)
set(IMPLOT ${SOURCES}/implot)

add_library(
  imgui STATIC
  ${IMGUI}/imgui.cpp
  ${IMGUI}/imgui_draw.cpp
  ${IMGUI}/imgui_tables.cpp
  ${IMGUI}/imgui_widgets.cpp
  ${IMGUI}/backends/imgui_impl_opengl3.cpp
  ${IMPLOT}/implot.cpp
  ${IMPLOT}/implot_items.cpp)
if(EMSCRIPTEN)
  target_compile_options(imgui PRIVATE -Os) # pages load it: few bytes
else()
  target_sources(imgui PRIVATE ${IMGUI}/backends/imgui_impl_glfw.cpp)
endif()
target_include_directories(imgui PRIVATE ${IMGUI} ${IMGUI}/backends ${IMPLOT})
target_compile_definitions(imgui PRIVATE IMGUI_USER_CONFIG="${CMAKE_CURRENT_LIST_DIR}/imgui_config.h")

install(TARGETS imgui)
install(FILES imgui_config.h DESTINATION include)
install(FILES ${IMGUI}/imgui.h ${IMGUI}/imconfig.h ${IMGUI}/imgui_internal.h
              ${IMGUI}/imstb_textedit.h ${IMGUI}/backends/imgui_impl_opengl3.h
              ${IMGUI}/backends/imgui_impl_glfw.h DESTINATION include)
install(FILES ${IMPLOT}/implot.h ${IMPLOT}/implot_internal.h DESTINATION include)
