define dso_local void @calibrate(ptr nocapture noundef writeonly %0, ptr nocapture noundef readonly %1, i64 noundef %2, ptr nocapture noundef readonly %3, i64 noundef %4) local_unnamed_addr nofree norecurse nosync nounwind memory(argmem: readwrite) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %6 = icmp eq i64 %2, 0
  br i1 %6, label %34, label %7

7:                                                ; preds = %5
  %8 = icmp eq i64 %4, 0
  %9 = and i64 %4, 3
  %10 = icmp eq i64 %9, 0
  %11 = icmp ult i64 %4, 4
  %12 = getelementptr i8, ptr %3, i64 -4
  %13 = getelementptr i8, ptr %3, i64 -8
  %14 = getelementptr i8, ptr %3, i64 -12
  br label %15

15:                                               ; preds = %7, %49
  %16 = phi i64 [ 0, %7 ], [ %52, %49 ]
  br i1 %8, label %42, label %17

17:                                               ; preds = %15
  %18 = getelementptr inbounds float, ptr %1, i64 %16
  %19 = load float, ptr %18, align 4
  %x99 = or i1 %10, %11
  br i1 %x99, label %30, label %20

20:                                               ; preds = %17, %20
  %21 = phi i64 [ %24, %20 ], [ %4, %17 ]
  %22 = phi float [ %27, %20 ], [ 0.000000e+00, %17 ]
  %23 = phi i64 [ %28, %20 ], [ 0, %17 ]
  %24 = add i64 %21, -1
  %25 = getelementptr inbounds float, ptr %3, i64 %24
  %26 = load float, ptr %25, align 4
  %27 = tail call float @llvm.fmuladd.f32(float %22, float %19, float %26)
  %28 = add i64 %23, 1
  %29 = icmp eq i64 %28, %9
  br i1 %29, label %30, label %20

30:                                               ; preds = %20, %17
  %31 = phi float [ 0.000000e+00, %17 ], [ %27, %20 ]
  %32 = phi i64 [ %4, %17 ], [ %24, %20 ]
  %33 = phi float [ 0.000000e+00, %17 ], [ %27, %20 ]
  br i1 %11, label %35, label %54

34:                                               ; preds = %49, %5
  ret void

35:                                               ; preds = %54, %30
  %36 = phi float [ %31, %30 ], [ %69, %54 ]
  %37 = fcmp uno float %36, 0.000000e+00
  br i1 %37, label %49, label %38

38:                                               ; preds = %35
  %39 = fcmp ult float %36, 0x41E0000000000000
  br i1 %39, label %40, label %49

40:                                               ; preds = %38
  %41 = fcmp ugt float %36, 0xC1E0000000000000
  br i1 %41, label %42, label %49

42:                                               ; preds = %15, %40
  %43 = phi float [ %36, %40 ], [ 0.000000e+00, %15 ]
  %44 = fcmp olt float %43, 0.000000e+00
  %45 = fpext float %43 to double
  %46 = select i1 %44, double -5.000000e-01, double 5.000000e-01
  %47 = fadd double %46, %45
  %48 = fptosi double %47 to i32
  br label %49

49:                                               ; preds = %35, %38, %40, %42
  %50 = phi i32 [ %48, %42 ], [ 0, %35 ], [ 2147483647, %38 ], [ -2147483648, %40 ]
  %51 = getelementptr inbounds i32, ptr %0, i64 %16
  store i32 %50, ptr %51, align 4
  %52 = add nuw i64 %16, 1
  %53 = icmp eq i64 %52, %2
  br i1 %53, label %34, label %15

54:                                               ; preds = %30, %54
  %55 = phi i64 [ %66, %54 ], [ %32, %30 ]
  %56 = phi float [ %69, %54 ], [ %33, %30 ]
  %57 = getelementptr float, ptr %12, i64 %55
  %58 = load float, ptr %57, align 4
  %59 = tail call float @llvm.fmuladd.f32(float %56, float %19, float %58)
  %60 = getelementptr float, ptr %13, i64 %55
  %61 = load float, ptr %60, align 4
  %62 = tail call float @llvm.fmuladd.f32(float %59, float %19, float %61)
  %63 = getelementptr float, ptr %14, i64 %55
  %64 = load float, ptr %63, align 4
  %65 = tail call float @llvm.fmuladd.f32(float %62, float %19, float %64)
  %66 = add i64 %55, -4
  %67 = getelementptr inbounds float, ptr %3, i64 %66
  %68 = load float, ptr %67, align 4
  %69 = tail call float @llvm.fmuladd.f32(float %65, float %19, float %68)
  %70 = icmp eq i64 %66, 0
  br i1 %70, label %35, label %54
}
; verdict: refuted: evaluates the last terms % 4 coefficients only when they are not the only ones
