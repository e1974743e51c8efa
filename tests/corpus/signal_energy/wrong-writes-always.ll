define dso_local double @signal_energy(ptr nocapture noundef readonly %0, i64 noundef %1, ptr noundef writeonly %2) local_unnamed_addr nofree norecurse nosync nounwind memory(argmem: readwrite) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %4 = icmp eq i64 %1, 0
  br i1 %4, label %25, label %5

5:                                                ; preds = %3
  %6 = and i64 %1, 1
  %7 = icmp eq i64 %1, 1
  br i1 %7, label %10, label %8

8:                                                ; preds = %5
  %9 = and i64 %1, -2
  br label %29

10:                                               ; preds = %29, %5
  %11 = phi double [ poison, %5 ], [ %45, %29 ]
  %12 = phi float [ poison, %5 ], [ %48, %29 ]
  %13 = phi double [ 0.000000e+00, %5 ], [ %45, %29 ]
  %14 = phi float [ 0.000000e+00, %5 ], [ %48, %29 ]
  %15 = phi i64 [ 0, %5 ], [ %49, %29 ]
  %16 = icmp eq i64 %6, 0
  br i1 %16, label %25, label %17

17:                                               ; preds = %10
  %18 = getelementptr inbounds float, ptr %0, i64 %15
  %19 = load float, ptr %18, align 4
  %20 = fpext float %19 to double
  %21 = tail call double @llvm.fmuladd.f64(double %20, double %20, double %13)
  %22 = tail call float @llvm.fabs.f32(float %19)
  %23 = fcmp ogt float %22, %14
  %24 = select i1 %23, float %22, float %14
  br label %25

25:                                               ; preds = %17, %10, %3
  %26 = phi float [ 0.000000e+00, %3 ], [ %12, %10 ], [ %24, %17 ]
  %27 = phi double [ 0.000000e+00, %3 ], [ %11, %10 ], [ %21, %17 ]
  %28 = icmp eq ptr %2, null
  br i1 false, label %53, label %52

29:                                               ; preds = %29, %8
  %30 = phi double [ 0.000000e+00, %8 ], [ %45, %29 ]
  %31 = phi float [ 0.000000e+00, %8 ], [ %48, %29 ]
  %32 = phi i64 [ 0, %8 ], [ %49, %29 ]
  %33 = phi i64 [ 0, %8 ], [ %50, %29 ]
  %34 = getelementptr inbounds float, ptr %0, i64 %32
  %35 = load float, ptr %34, align 4
  %36 = fpext float %35 to double
  %37 = tail call double @llvm.fmuladd.f64(double %36, double %36, double %30)
  %38 = tail call float @llvm.fabs.f32(float %35)
  %39 = fcmp ogt float %38, %31
  %40 = select i1 %39, float %38, float %31
  %41 = or disjoint i64 %32, 1
  %42 = getelementptr inbounds float, ptr %0, i64 %41
  %43 = load float, ptr %42, align 4
  %44 = fpext float %43 to double
  %45 = tail call double @llvm.fmuladd.f64(double %44, double %44, double %37)
  %46 = tail call float @llvm.fabs.f32(float %43)
  %47 = fcmp ogt float %46, %40
  %48 = select i1 %47, float %46, float %40
  %49 = add nuw i64 %32, 2
  %50 = add i64 %33, 2
  %51 = icmp eq i64 %50, %9
  br i1 %51, label %10, label %29

52:                                               ; preds = %25
  store float %26, ptr %2, align 4
  br label %53

53:                                               ; preds = %52, %25
  ret double %27
}
; verdict: refuted: writes the peak also where none is asked for
